using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Text;

/// <summary>Sort orders as people write them: <c>id desc nulls last</c>, <c>bucket(4, name)</c>.</summary>
/// <remarks>Ascending unless said otherwise; nulls come first when ascending and last when descending, as in Java.</remarks>
public static class SortText
{
    /// <summary>Each text may hold several fields with commas between them; none gives the unsorted order.</summary>
    /// <exception cref="IcebergException">InvalidArgument: the message names the position, or the rule that is broken.</exception>
    public static SortOrder Parse(IEnumerable<string> texts, Schema schema)
    {
        ImmutableArray<SortField> fields = [.. texts.SelectMany(text => ParseFields(text, schema))];
        var order = new SortOrder(fields.IsEmpty ? 0 : 1, fields);
        return PartitionRules.SourceProblem(order, schema) is { } problem ? throw IcebergException.Invalid($"The sort order {problem}") : order;
    }

    public static ImmutableArray<string> Print(SortOrder order, Schema schema) => [.. order.Fields.Select(field =>
    {
        string text = TermReader.Print(field.Transform, TermReader.Quote(field.SourceIds, schema));
        if (field.Direction == SortDirection.Descending) text += " desc";
        return field.NullOrder == DefaultNullOrder(field.Direction) ? text
            : text + (field.NullOrder == NullOrder.NullsFirst ? " nulls first" : " nulls last");
    })];

    private static ImmutableArray<SortField> ParseFields(string text, Schema schema)
    {
        var scanner = new Scanner(text, "Sort order");
        ImmutableArray<SortField>.Builder fields = ImmutableArray.CreateBuilder<SortField>();
        do
        {
            (NestedField source, Transform transform) = TermReader.Read(scanner, schema);
            SortDirection direction = scanner.TakeWords("desc") || scanner.TakeWords("descending") ? SortDirection.Descending : SortDirection.Ascending;
            if (direction == SortDirection.Ascending && !scanner.TakeWords("asc")) scanner.TakeWords("ascending");
            NullOrder nulls = scanner.TakeWords("nulls", "first") ? NullOrder.NullsFirst
                : scanner.TakeWords("nulls", "last") ? NullOrder.NullsLast
                : DefaultNullOrder(direction);
            fields.Add(new SortField([source.Id], transform, direction, nulls));
        }
        while (scanner.Take(','));
        return scanner.AtEnd ? fields.ToImmutable() : throw scanner.Unexpected("asc, desc, nulls first, nulls last, ',' or the end");
    }

    private static NullOrder DefaultNullOrder(SortDirection direction) =>
        direction == SortDirection.Ascending ? NullOrder.NullsFirst : NullOrder.NullsLast;
}
