using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Spec.Evolution;

/// <summary>A partition spec between the changes of one update.</summary>
internal sealed class PartitionEditor
{
    private readonly TableMetadata _metadata;
    private readonly Schema _schema;
    private readonly List<Entry> _entries;
    private int _lastId;

    public PartitionEditor(TableMetadata metadata)
    {
        _metadata = metadata;
        _schema = metadata.CurrentSchema;
        _lastId = metadata.LastPartitionId;
        _entries = [.. metadata.DefaultSpec.Fields.Select(f => new Entry(f, isNew: false))];
        if (metadata.DefaultSpec.Fields.FirstOrDefault(f => f.Transform is UnknownTransform) is { } unknown)
        {
            throw IcebergException.Invalid($"The partitioning cannot be changed: the transform {unknown.Transform} of {unknown.Name} is not known.");
        }
    }

    public void Apply(PartitionChange change)
    {
        switch (change)
        {
            case AddPartitionField add: Add(add); break;
            case RemovePartitionField remove: Remove(remove.Field); break;
            case RenamePartitionField rename: Rename(rename.Name, rename.NewName); break;
            default: throw IcebergException.Unsupported($"The partition change {change.GetType().Name} is not known.");
        }
    }

    /// <summary>In v1 a field that was removed stays as void, so that the ids of the others do not change.</summary>
    public PartitionSpec Build() => new(0,
    [
        .. _entries.Where(e => !e.Removed || _metadata.FormatVersion == 1)
            .Select(e => e.Removed ? e.Field with { Transform = Transform.Void } : e.Field),
    ]);

    private void Add(AddPartitionField add)
    {
        NestedField source = _schema.FindFieldIgnoreCase(add.Column)
            ?? throw Invalid($"There is no column {add.Column}. Columns are {string.Join(", ", _schema.Fields.Take(50).Select(f => f.Name))}.");
        var term = new PartitionTerm(_schema.NameOf(source.Id)!, source.Id, add.Transform, add.Name);
        if (_entries.FirstOrDefault(e => e.Field.Transform == add.Transform && IsFrom(e.Field, source.Id)) is { } same)
        {
            if (!same.Removed) throw Invalid($"The table is partitioned by {PartitionText.Print(term)} already ({same.Field.Name}).");
            Restore(same, add.Name);
            return;
        }
        if (IsTime(add.Transform) && _entries.FirstOrDefault(e => e.IsNew && IsTime(e.Field.Transform) && IsFrom(e.Field, source.Id)) is { } other)
        {
            throw Invalid($"Partitioning by {PartitionText.Print(term)} beside {other.Field.Name} is redundant: one is derived from the other.");
        }
        PartitionField field = Recycled(add, source.Id) ?? PartitionField.Of(source.Id, ++_lastId, term.NameOfAddition, add.Transform);
        MakeRoom(field.Name);
        _entries.Add(new Entry(field, isNew: true));
    }

    private void Remove(string text)
    {
        Entry entry = FindEntry(text);
        if (entry.IsNew) throw Invalid($"The partition field {text} is added by the same update and cannot be removed.");
        if (entry.Renamed) throw Invalid($"The partition field {text} is renamed by the same update and cannot be removed.");
        entry.Removed = true;
    }

    private void Rename(string name, string newName)
    {
        Entry entry = _entries.FirstOrDefault(e => e.Field.Name == name) ?? throw NotFound(name);
        if (entry.IsNew || entry.Removed) throw Invalid($"The partition field {name} is added or removed by the same update and cannot be renamed.");
        if (newName.Length == 0) throw Invalid("The name of a partition field cannot be empty.");
        if (name == newName) return;
        MakeRoom(newName);
        entry.Field = entry.Field with { Name = newName };
        entry.Renamed = true;
    }

    private void Restore(Entry entry, string? name)
    {
        entry.Removed = false;
        if (name is not null) Rename(entry.Field.Name, name);
    }

    /// <summary>A field that any spec of the table had keeps its id, and its name unless another is wanted. In v1 ids are only counted.</summary>
    private PartitionField? Recycled(AddPartitionField add, int sourceId) => _metadata.FormatVersion == 1 ? null : _metadata.PartitionSpecs
        .Reverse().SelectMany(s => s.Fields)
        .FirstOrDefault(f => f.Transform == add.Transform && IsFrom(f, sourceId) && (add.Name is null || f.Name == add.Name)
            && _entries.All(e => e.Field.FieldId != f.FieldId));

    /// <summary>Fields that are void, or are removed by this update, give up a name that is wanted.</summary>
    private void MakeRoom(string name)
    {
        if (_entries.FirstOrDefault(e => e.Field.Name == name) is not { } holder) return;
        if (!holder.Removed && holder.Field.Transform is not VoidTransform) throw Invalid($"There is a partition field {name} already.");
        holder.Field = holder.Field with { Name = $"{name}_{holder.Field.FieldId}" };
    }

    /// <summary>By name first, then by what it is made of.</summary>
    private Entry FindEntry(string text)
    {
        if (_entries.FirstOrDefault(e => e.Field.Name == text && !e.Removed) is { } named) return named;
        try
        {
            return PartitionText.ParseTerms(text, _schema) is [{ } term]
                ? _entries.FirstOrDefault(e => !e.Removed && e.Field.Transform == term.Transform && IsFrom(e.Field, term.SourceId)) ?? throw NotFound(text)
                : throw NotFound(text);
        }
        catch (IcebergException)
        {
            throw NotFound(text);
        }
    }

    private IcebergException NotFound(string text)
    {
        string fields = string.Join(", ", _entries.Where(e => !e.Removed).Select(e => e.Field.Name));
        return Invalid($"There is no partition field {text}. {(fields.Length == 0 ? "The table is not partitioned." : $"Fields are {fields}.")}");
    }

    private static bool IsFrom(PartitionField field, int sourceId) => field.SourceIds is [var only] && only == sourceId;

    private static bool IsTime(Transform transform) => transform is YearTransform or MonthTransform or DayTransform or HourTransform;

    private static IcebergException Invalid(string message) => IcebergException.Invalid(message);

    private sealed class Entry(PartitionField field, bool isNew)
    {
        public PartitionField Field { get; set; } = field;

        public bool IsNew { get; } = isNew;

        public bool Removed { get; set; }

        public bool Renamed { get; set; }
    }
}
