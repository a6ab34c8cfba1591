using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Expressions;

/// <summary>Makes tests of one partition field out of constants of its source column.</summary>
internal sealed class PartitionConditions(PartitionField partition, IcebergType source)
{
    private readonly IcebergType _type = partition.Transform.ResultType(source);

    /// <summary>
    /// Old writers rounded times before 1970 towards zero and not down, which gives partition values that are too high by one. Java reads
    /// both; only dates partitioned by day were never affected.
    /// </summary>
    private readonly bool _mayBeOneTooHigh = partition.Transform is YearTransform or MonthTransform or HourTransform
        || (partition.Transform is DayTransform && source.Id != TypeId.Date);

    public Predicate NotNull => Test(PredicateOperator.IsNotNull);

    public Predicate Test(PredicateOperator op, params ImmutableArray<object> values) =>
        new ColumnPredicate(partition.Name, op, values) { FieldId = partition.FieldId, Type = _type };

    /// <summary>The partitions of rows with one of the values.</summary>
    public Predicate OneOf(ImmutableArray<object> sourceValues)
    {
        SortedSet<object> values = new(ValueComparer.Instance);
        foreach (object value in sourceValues)
        {
            if (Apply(value) is not { } result) return NotNull;
            values.Add(result);
            if (_mayBeOneTooHigh && result is < 0) values.Add((int)result + 1);
        }
        return values.Count == 1 ? Test(PredicateOperator.Equal, [.. values]) : Test(PredicateOperator.In, [.. values]);
    }

    /// <summary>The partitions of rows with at most the value.</summary>
    public Predicate AtMost(object sourceValue)
    {
        if (Apply(sourceValue) is not { } result) return NotNull;
        if (_mayBeOneTooHigh && result is < 0) result = (int)result + 1;
        Predicate atMost = Test(PredicateOperator.LessOrEqual, result);
        return FirstWrapped() is { } wrapped ? Predicate.Or(atMost, Test(PredicateOperator.GreaterOrEqual, wrapped)) : atMost;
    }

    /// <summary>The partitions of rows with at least the value.</summary>
    public Predicate AtLeast(object sourceValue)
    {
        if (Apply(sourceValue) is not { } result) return NotNull;
        Predicate atLeast = Test(PredicateOperator.GreaterOrEqual, result);
        return HasWideHours ? Predicate.Or(atLeast, Test(PredicateOperator.LessOrEqual, -FirstWrappedHour - 1)) : atLeast;
    }

    /// <returns>Null when the result is out of the range of its type.</returns>
    private object? Apply(object value) => (partition.Transform, value) switch
    {
        (TruncateTransform truncate, int number) when number < int.MinValue + (long)truncate.Width && FirstWrapped() is not null => null,
        (TruncateTransform truncate, long number) when number < long.MinValue + truncate.Width && FirstWrapped() is not null => null,
        (HourTransform, long micros) when HasWideHours && Math.Abs(micros / MicrosPerHour) >= int.MaxValue => null,
        _ => Transforms.Apply(partition.Transform, source, value),
    };

    private const long MicrosPerHour = 3_600_000_000;

    /// <summary>The hour of the least timestamp, wrapped around.</summary>
    private const int FirstWrappedHour = (int)(long.MinValue / MicrosPerHour - 1 + (1L << 32));

    /// <summary>Whether hours go beyond an int, as they do after the year 246,000; some use the last timestamp there is for "never".</summary>
    private bool HasWideHours => partition.Transform is HourTransform && (source.Id is TypeId.Timestamp or TypeId.TimestampTz);

    /// <summary>
    /// The least partition value that may stand for source values so low that the result is out of its range: writers in two's complement
    /// come out near the maximum then. Null when there are no such values.
    /// </summary>
    private object? FirstWrapped() => (partition.Transform, source.Id) switch
    {
        (TruncateTransform truncate, TypeId.Int) when int.MinValue % truncate.Width != 0 => int.MaxValue - truncate.Width + 1,
        (TruncateTransform truncate, TypeId.Long) when long.MinValue % truncate.Width != 0 => long.MaxValue - truncate.Width + 1,
        _ => HasWideHours ? FirstWrappedHour : null,
    };
}
