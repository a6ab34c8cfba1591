using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>A data file's metrics of the columns that equality deletes compare, each read once.</summary>
internal sealed class EqualityMetrics(DataFile file)
{
    private readonly List<(int Id, ColumnRange Range)> _ranges = [];

    public ColumnRange RangeOf(NestedField field)
    {
        foreach ((int id, ColumnRange known) in _ranges)
        {
            if (id == field.Id) return known;
        }
        ColumnRange range = MetricsFilter.RangeOf(field.Id, field.Type, file.Metrics);
        _ranges.Add((field.Id, range));
        return range;
    }
}
