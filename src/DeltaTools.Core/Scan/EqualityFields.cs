using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>Finds the columns of equality deletes, also those that were dropped from the table since.</summary>
internal sealed class EqualityFields(TableMetadata metadata)
{
    private readonly Dictionary<int, NestedField?> _found = [];

    public NestedField? Find(int id)
    {
        if (!_found.TryGetValue(id, out NestedField? field))
        {
            field = metadata.CurrentSchema.FindField(id) ?? metadata.Schemas.Reverse().Select(s => s.FindField(id)).FirstOrDefault(f => f is not null);
            _found[id] = field;
        }
        return field;
    }
}
