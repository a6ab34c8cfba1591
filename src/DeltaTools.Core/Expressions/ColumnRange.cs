using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Expressions;

/// <summary>What is known of a column's values in a file or manifest, and whether one of them may pass a test. Not knowing is "may".</summary>
/// <param name="MayHaveNull">False only when there is certainly no NULL.</param>
/// <param name="MayHaveNaN">False only when there is certainly no NaN.</param>
/// <param name="MayHaveValue">False only when there is certainly nothing but NULL and NaN.</param>
/// <param name="Lower">No value other than NULL and NaN is below this; null when unknown.</param>
/// <param name="Upper">No value other than NULL and NaN is above this; null when unknown.</param>
internal readonly record struct ColumnRange(bool MayHaveNull, bool MayHaveNaN, bool MayHaveValue, object? Lower, object? Upper)
{
    public static readonly ColumnRange Unknown = new(true, true, true, null, null);

    /// <summary>With bounds in binary form; those that cannot be read, and both when one is NaN, count as unknown.</summary>
    public static ColumnRange Of(bool mayHaveNull, bool mayHaveNaN, bool mayHaveValue, byte[]? lower, byte[]? upper, IcebergType type)
    {
        bool isFloat = type.Id is TypeId.Float or TypeId.Double;
        object? low = mayHaveValue ? BoundValue.Read(lower, type) : null, high = mayHaveValue ? BoundValue.Read(upper, type) : null;
        if (ValueTest.IsNaN(low) || ValueTest.IsNaN(high)) low = high = null;
        return new ColumnRange(mayHaveNull, mayHaveNaN && isFloat, mayHaveValue, low, high);
    }

    public bool MayPass(ColumnPredicate test)
    {
        switch (test.Operator)
        {
            case PredicateOperator.IsNull: return MayHaveNull;
            case PredicateOperator.IsNotNull: return MayHaveValue || MayHaveNaN;
            case PredicateOperator.IsNaN: return MayHaveNaN;
            case PredicateOperator.IsNotNaN: return MayHaveValue;
            case PredicateOperator.NotEqual or PredicateOperator.NotIn when MayHaveNaN: return true;
        }
        if (!MayHaveValue) return false;
        // Java ordered uuids by their halves as signed numbers up to version 1.10 and by unsigned bytes since: bounds may follow either.
        return test.Type!.Id == TypeId.Uuid
            ? ValueMayPass(test, ValueTest.Order) || ValueMayPass(test, SignedUuidOrder)
            : ValueMayPass(test, ValueTest.Order);
    }

    /// <summary>False only when no value of the one can equal a value of the other, NULL equal to NULL and NaN to NaN.</summary>
    public bool MayShareValue(in ColumnRange other)
    {
        if ((MayHaveNull && other.MayHaveNull) || (MayHaveNaN && other.MayHaveNaN)) return true;
        if (!MayHaveValue || !other.MayHaveValue) return false;
        // The order of a uuid's bounds is not certain, see above.
        if (Lower is Guid || Upper is Guid || IsReversed || other.IsReversed) return true;
        return !IsLess(Upper, other.Lower) && !IsLess(other.Upper, Lower);
    }

    private bool IsReversed => IsLess(Upper, Lower);

    private static bool IsLess(object? a, object? b) => a is not null && b is not null && ValueTest.Order(a, b) < 0;

    private bool ValueMayPass(ColumnPredicate test, Func<object, object, int?> order)
    {
        if (Lower is not null && Upper is not null && order(Lower, Upper) is var width and not < 0)
        {
            // Bounds the wrong way round say nothing; equal bounds say everything.
            return width != 0 || ValueTest.Evaluate(test, Lower) == true;
        }
        return test.Operator switch
        {
            PredicateOperator.Equal => !Above(test.Values[0], order) && !Below(test.Values[0], order),
            PredicateOperator.Less => Lower is null || order(Lower, test.Values[0]) < 0,
            PredicateOperator.LessOrEqual => Lower is null || order(Lower, test.Values[0]) <= 0,
            PredicateOperator.Greater => Upper is null || order(Upper, test.Values[0]) > 0,
            PredicateOperator.GreaterOrEqual => Upper is null || order(Upper, test.Values[0]) >= 0,
            PredicateOperator.In => AnyInside(test.Values, order),
            PredicateOperator.StartsWith => PrefixMayOccur((string)test.Values[0]),
            PredicateOperator.Like => PrefixMayOccur(LikePattern.Split((string)test.Values[0]).Prefix),
            PredicateOperator.NotStartsWith => !StartsWith(Lower, test.Values[0]) || !StartsWith(Upper, test.Values[0]),
            _ => true,
        };
    }

    private bool Above(object value, Func<object, object, int?> order) => Upper is not null && order(value, Upper) > 0;

    private bool Below(object value, Func<object, object, int?> order) => Lower is not null && order(value, Lower) < 0;

    private bool AnyInside(ImmutableArray<object> ascending, Func<object, object, int?> order)
    {
        if (ascending[0] is Guid)
        {
            foreach (object value in ascending)
            {
                if (!Above(value, order) && !Below(value, order)) return true;
            }
            return false;
        }
        int first = Lower is null ? 0 : ValueTest.FirstNotBelow(ascending, Lower);
        return first < ascending.Length && !Above(ascending[first], order);
    }

    /// <summary>The texts with a prefix lie from the prefix on, up to the last text that starts with it.</summary>
    private bool PrefixMayOccur(string prefix)
    {
        if (Upper is string upper && ValueComparer.Instance.Compare(upper, prefix) < 0) return false;
        return Lower is not string lower || ValueComparer.Instance.Compare(lower, prefix) <= 0 || lower.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static bool StartsWith(object? bound, object prefix) => bound is string text && text.StartsWith((string)prefix, StringComparison.Ordinal);

    private static int? SignedUuidOrder(object a, object b)
    {
        UInt128 flip = new(1UL << 63, 1UL << 63);
        return (Number((Guid)a) ^ flip).CompareTo(Number((Guid)b) ^ flip);
    }

    private static UInt128 Number(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
