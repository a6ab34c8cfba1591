using System.Collections.Immutable;
using DeltaTools.Core.Spec.Updates;

namespace DeltaTools.Core.Spec.Text;

/// <summary>Partitionings as people write them: <c>day(ts)</c>, <c>bucket(16, id)</c>, <c>truncate(name, 4)</c>, <c>country</c>, <c>year(ts) as y</c>.</summary>
/// <remarks>As in Spark, <c>years</c>, <c>months</c>, <c>days</c> and <c>hours</c> are the same, and numbers may stand before or after the column.</remarks>
public static class PartitionText
{
    /// <summary>The spec of a new table. Each text may hold several fields with commas between them.</summary>
    /// <returns>Fields that are not numbered yet (<see cref="PartitionFieldIds.Unassigned"/>).</returns>
    /// <exception cref="IcebergException">InvalidArgument: the message names the position, or the rule that is broken.</exception>
    public static PartitionSpec Parse(IEnumerable<string> texts, Schema schema)
    {
        PartitionTerm[] terms = [.. texts.SelectMany(text => ParseTerms(text, schema))];
        foreach (IGrouping<(int, string), PartitionTerm> same in terms.GroupBy(t => (t.SourceId, Kind(t.Transform))))
        {
            if (same.Skip(1).FirstOrDefault() is { } other)
            {
                throw IcebergException.Invalid(
                    $"Partitioning by {Print(same.First())} and by {Print(other)} is redundant: one of them is derived from the other. Keep one.");
            }
        }
        var spec = new PartitionSpec(
            0, [.. terms.Select(t => PartitionField.Of(t.SourceId, PartitionFieldIds.Unassigned, t.NameOfNewTable, t.Transform))]);
        return (PartitionRules.NameProblem(spec, schema) ?? PartitionRules.SourceProblem(spec, schema)) is { } problem
            ? throw IcebergException.Invalid($"The partitioning {problem}") : spec;
    }

    /// <summary>The fields of one text.</summary>
    /// <inheritdoc cref="Parse"/>
    public static ImmutableArray<PartitionTerm> ParseTerms(string text, Schema schema)
    {
        var scanner = new Scanner(text, "Partitioning");
        ImmutableArray<PartitionTerm>.Builder terms = ImmutableArray.CreateBuilder<PartitionTerm>();
        do
        {
            (NestedField source, Transform transform) = TermReader.Read(scanner, schema);
            string? name = scanner.TakeWords("as") ? scanner.Name("the name of the partition field") : null;
            terms.Add(new(schema.NameOf(source.Id)!, source.Id, transform, name));
        }
        while (scanner.Take(','));
        return scanner.AtEnd ? terms.ToImmutable() : throw scanner.Unexpected("',' or the end");
    }

    /// <summary>The text of each field; names are added when they are not those that fields get by themselves.</summary>
    public static ImmutableArray<string> Print(PartitionSpec spec, Schema schema) => [.. spec.Fields.Select(field =>
    {
        var term = new PartitionTerm(schema.NameOf(field.SourceId) ?? $"#{field.SourceId}", field.SourceId, field.Transform, null);
        string text = TermReader.Print(field.Transform, TermReader.Quote(field.SourceIds, schema));
        return field.Name == term.NameOfNewTable || field.Name == term.NameOfAddition ? text : $"{text} as {Scanner.QuoteName(field.Name)}";
    })];

    public static string Print(PartitionTerm term) => TermReader.Print(term.Transform, TermReader.Quote(term.Column));

    /// <summary>Fields of one kind on one column tell the same: the longer units of time follow from the shorter ones.</summary>
    private static string Kind(Transform transform) =>
        transform is YearTransform or MonthTransform or DayTransform or HourTransform ? "time" : transform.ToString()!;
}
