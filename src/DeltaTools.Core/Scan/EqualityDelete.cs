using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>An equality delete file with what its metrics say of the columns it compares.</summary>
internal sealed class EqualityDelete
{
    private readonly (NestedField Field, ColumnRange Range)[] _columns;

    public EqualityDelete(DeleteFile delete, EqualityFields fields)
    {
        Delete = delete;
        _columns = [.. delete.File.EqualityIds.Select(id => fields.Find(id)).OfType<NestedField>()
            .Select(field => (field, MetricsFilter.RangeOf(field.Id, field.Type, delete.File.Metrics)))];
    }

    public DeleteFile Delete { get; }

    /// <summary>Null when the table never had one of the columns.</summary>
    public (NestedField Field, ColumnRange Range)? FirstColumn => _columns.Length == 0 ? null : _columns[0];

    /// <summary>False only when no row of the data file can equal one of the delete file in all columns; NULL equals NULL and NaN equals NaN here.</summary>
    public bool MayDeleteFrom(EqualityMetrics data)
    {
        foreach ((NestedField field, ColumnRange range) in _columns)
        {
            if (!range.MayShareValue(data.RangeOf(field))) return false;
        }
        return true;
    }
}
