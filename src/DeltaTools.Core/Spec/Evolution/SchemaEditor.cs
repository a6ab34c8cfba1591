using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Evolution;

/// <summary>A schema between the changes of one update.</summary>
internal sealed class SchemaEditor(TableMetadata metadata)
{
    private readonly HashSet<int> _added = [];
    private readonly FreshIds _ids = new(metadata.LastColumnId);

    public Schema Schema { get; private set; } = metadata.CurrentSchema;

    public void Apply(SchemaChange change)
    {
        switch (change)
        {
            case AddColumn add: Add(add); break;
            case DropColumn drop: Drop(drop.Name); break;
            case RenameColumn rename: Rename(rename.Name, rename.NewName); break;
            case MoveColumn move: Move(Find(move.Name), move.Position); break;
            case WidenColumn widen: Widen(widen.Name, widen.Type); break;
            case MakeColumnOptional optional: SetRequired(optional.Name, false); break;
            case RequireColumn require: SetRequired(require.Name, true); break;
            case SetColumnDoc doc: Edit(FindInStruct(doc.Name, "comment"), f => f with { Doc = doc.Doc }); break;
            case SetColumnDefault value: SetDefault(value.Name, value.Default); break;
            case SetIdentifierFields identifiers: Schema = Schema with { IdentifierFieldIds = [.. identifiers.Names.Select(n => Find(n).Id).Distinct()] }; break;
            default: throw IcebergException.Unsupported($"The schema change {change.GetType().Name} is not known.");
        }
    }

    private void Add(AddColumn add)
    {
        NestedField? parent = add.Parent is null ? null : Find(add.Parent);
        // As Java: what is added to a list or map of structs is added to the structs.
        if (parent?.Type is ListType list) parent = list.Element;
        else if (parent?.Type is MapType map) parent = map.Value;
        if (parent is not null && parent.Type is not StructType) throw Invalid($"Nothing can be added to {add.Parent}, which is a {parent.Type} and not a struct.");
        if (parent is not null) RefuseKeys(parent.Id);
        CheckName(add.Column.Name, parent, null);
        NestedField column = DefaultRules.WithInitial(add.Column, FullName(parent, add.Column.Name), metadata.FormatVersion);
        if (column.Required && column.InitialDefault is null)
        {
            throw Invalid($"The required column {FullName(parent, column.Name)} needs a default (format version 3), since the rows that are there have no value for it. Add it as optional.");
        }
        column = _ids.Assign(column);
        _added.Add(column.Id);
        EditFields(parent, fields => fields.Add(column));
        if (add.Position is { } position) Move(column, position);
    }

    private void Drop(string name)
    {
        NestedField field = FindInStruct(name, "dropped");
        foreach (int id in Schema.IdentifierFieldIds)
        {
            for (NestedField? f = Schema.FindField(id); f is not null; f = Schema.ParentOf(f.Id))
            {
                if (f.Id == field.Id) throw Invalid($"{name} cannot be dropped: {Schema.NameOf(id)} is an identifier field. Change the identifier fields first.");
            }
        }
        NestedField? parent = Schema.ParentOf(field.Id);
        if ((parent?.Type.Children ?? Schema.Fields).Length == 1) throw Invalid($"{name} cannot be dropped: it is the last field of {(parent is null ? "the table" : Schema.NameOf(parent.Id))}.");
        EditFields(parent, fields => fields.RemoveAll(f => f.Id == field.Id));
    }

    private void Rename(string name, string newName)
    {
        NestedField field = FindInStruct(name, "renamed");
        CheckName(newName, Schema.ParentOf(field.Id), field);
        Edit(field, f => f with { Name = newName });
    }

    private void Move(NestedField field, ColumnPosition position)
    {
        NestedField? parent = Schema.ParentOf(field.Id);
        string name = Schema.NameOf(field.Id)!;
        if (parent is not null && parent.Type is not StructType) throw Invalid($"{name} cannot be moved: it is not a field of a struct.");
        RefuseKeys(field.Id);
        NestedField? reference = position.Reference is { } r ? Sibling(parent, r) : null;
        if (reference is not null && Schema.ParentOf(reference.Id)?.Id != parent?.Id) throw Invalid($"{name} cannot be moved to another struct, that of {position.Reference}.");
        if (reference?.Id == field.Id) throw Invalid($"{name} cannot be moved before or after itself.");
        EditFields(parent, fields =>
        {
            fields = fields.RemoveAll(f => f.Id == field.Id);
            int index = reference is null ? 0 : fields.IndexOf(fields.First(f => f.Id == reference.Id));
            return fields.Insert(position.Place == ColumnPlace.After ? index + 1 : index, field);
        });
    }

    private void Widen(string name, IcebergType type)
    {
        NestedField field = Find(name);
        RefuseKeys(field.Id);
        if (field.Type.Equals(type)) return;
        if (!Promotion.IsAllowed(field.Type, type, metadata.FormatVersion))
        {
            string hint = Promotion.IsAllowed(field.Type, type, TableMetadataRules.MaxFormatVersion)
                ? "format version 3 could." : "int can become long, float double, and decimals can get more digits before the point.";
            throw Invalid($"The type of {name} cannot change from {field.Type} to {type}; {hint}");
        }
        foreach (PartitionField p in metadata.PartitionSpecs.SelectMany(s => s.Fields).Where(p => p.SourceIds.Contains(field.Id)))
        {
            if (Promotion.ChangesPartitions(p.Transform, field.Type, type))
            {
                throw Invalid($"The type of {name} cannot change from {field.Type} to {type}: partition field {p.Name} ({p.Transform}) would get other values.");
            }
        }
        IcebergType numbered = _ids.Assign(type);
        Edit(field, f => f with
        {
            Type = numbered,
            InitialDefault = Promotion.Convert(f.InitialDefault, type),
            WriteDefault = Promotion.Convert(f.WriteDefault, type),
        });
    }

    private void SetRequired(string name, bool required)
    {
        NestedField field = Find(name);
        RefuseKeys(field.Id);
        if (field.Required == required) return;
        if (required && !(_added.Contains(field.Id) && field.InitialDefault is not null))
        {
            throw Invalid($"{name} cannot become required: rows that are there may hold NULL.");
        }
        Edit(field, f => f with { Required = required });
    }

    private void SetDefault(string name, object? value)
    {
        NestedField field = FindInStruct(name, "given a default");
        DefaultRules.Check(field with { WriteDefault = value }, name, metadata.FormatVersion);
        Edit(field, f => f with { WriteDefault = value });
    }

    /// <summary>The only field of the name, whatever the case.</summary>
    private NestedField Find(string name) => Schema.FindFieldIgnoreCase(name)
        ?? throw Invalid($"There is no column {name}. Columns are {string.Join(", ", Schema.Fields.Take(50).Select(f => f.Name))}.");

    /// <summary>Elements, keys and values have no name, comment or default of their own.</summary>
    private NestedField FindInStruct(string name, string change)
    {
        NestedField field = Find(name);
        RefuseKeys(field.Id);
        return Schema.ParentOf(field.Id)?.Type is ListType or MapType
            ? throw Invalid($"{name} is a part of a list or map and cannot be changed so ({change}).") : field;
    }

    private NestedField Sibling(NestedField? parent, string name) =>
        (parent is null ? null : Schema.FindFieldIgnoreCase(FullName(parent, name))) ?? Find(name);

    private void CheckName(string name, NestedField? parent, NestedField? self)
    {
        if (name.Length == 0) throw Invalid("The name of a column cannot be empty.");
        NestedField? clash = (parent?.Type.Children ?? Schema.Fields)
            .FirstOrDefault(f => f.Id != self?.Id && f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (clash is null) return;
        throw Invalid(clash.Name == name
            ? $"There is a column {FullName(parent, name)} already."
            : $"There is a column {FullName(parent, clash.Name)} already; {name} differs from it only in case, which most engines do not tell apart.");
    }

    private string FullName(NestedField? parent, string name) => parent is null ? name : $"{Schema.NameOf(parent.Id)}.{name}";

    /// <summary>Keys of maps decide which entries are equal, so they stay as they are.</summary>
    private void RefuseKeys(int id)
    {
        for (NestedField? field = Schema.FindField(id), parent; field is not null; field = parent)
        {
            parent = Schema.ParentOf(field.Id);
            if (parent?.Type is MapType map && map.Key.Id == field.Id) throw Invalid($"{Schema.NameOf(field.Id)}, the key of a map, cannot be changed.");
        }
    }

    private void Edit(NestedField field, Func<NestedField, NestedField> edit) =>
        Schema = Schema with { Struct = (StructType)Rewrite(Schema.Struct, field.Id, edit) };

    /// <param name="parent">A field of struct type; null for the columns.</param>
    private void EditFields(NestedField? parent, Func<ImmutableArray<NestedField>, ImmutableArray<NestedField>> edit)
    {
        if (parent is null) Schema = Schema with { Struct = new StructType(edit(Schema.Fields)) };
        else Edit(parent, f => f with { Type = new StructType(edit(f.Type.Children)) });
    }

    private static IcebergType Rewrite(IcebergType type, int id, Func<NestedField, NestedField> edit) => type switch
    {
        StructType s => new StructType([.. s.Fields.Select(f => Rewrite(f, id, edit))]),
        ListType list => new ListType(Rewrite(list.Element, id, edit)),
        MapType map => new MapType(Rewrite(map.Key, id, edit), Rewrite(map.Value, id, edit)),
        _ => type,
    };

    private static NestedField Rewrite(NestedField field, int id, Func<NestedField, NestedField> edit) =>
        field.Id == id ? edit(field) : field.Type.IsNested ? field with { Type = Rewrite(field.Type, id, edit) } : field;

    private static IcebergException Invalid(string message) => IcebergException.Invalid(message);
}
