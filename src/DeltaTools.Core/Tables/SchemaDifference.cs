using System.Collections.Immutable;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Core.Tables;

/// <summary>What becomes of columns, in sentences for people. Columns are told apart by their ids.</summary>
internal static class SchemaDifference
{
    public static IEnumerable<string> Of(Schema before, Schema after)
    {
        foreach ((NestedField field, string name) in before.NamedFields)
        {
            // What goes with the struct around it is not told again.
            if (after.FindField(field.Id) is null && (before.ParentOf(field.Id) is not { } parent || after.FindField(parent.Id) is not null)) yield return $"remove column {name}";
        }
        foreach ((NestedField field, string name) in after.NamedFields)
        {
            if (before.FindField(field.Id) is { } old)
            {
                foreach (string change in Of(old, before.NameOf(field.Id)!, field, name)) yield return change;
            }
            else if (after.ParentOf(field.Id) is not { } parent || before.FindField(parent.Id) is not null)
            {
                yield return $"add column {name} {SchemaText.Print(field.Type)}{(field.Required ? " not null" : "")}";
            }
        }
        if (IsReordered(before.Fields, after.Fields)) yield return $"order the columns {string.Join(", ", after.Fields.Select(f => f.Name))}";
        if (!before.IdentifierFieldIds.Order().SequenceEqual(after.IdentifierFieldIds.Order()))
        {
            yield return after.IdentifierFieldIds.IsEmpty ? "stop identifying rows by columns"
                : $"identify rows by {string.Join(", ", after.IdentifierFieldIds.Select(id => after.NameOf(id)))}";
        }
    }

    public static IEnumerable<string> Warnings(Schema before, Schema after) =>
        from named in after.NamedFields
        where before.FindField(named.Field.Id)?.Type.Id == TypeId.Date && named.Field.Type.Id is TypeId.Timestamp or TypeId.TimestampNs
        select $"Column {named.FullName} becomes a {named.Field.Type}. The specification allows it, but the Java library (Spark, Flink, Trino) "
            + "cannot read a date as a timestamp from the files that are there.";

    private static IEnumerable<string> Of(NestedField old, string oldName, NestedField now, string name)
    {
        if (old.Name != now.Name) yield return $"rename column {oldName} to {now.Name}";
        if (now.Type.IsPrimitive && !old.Type.Equals(now.Type)) yield return $"widen column {name} from {old.Type} to {SchemaText.Print(now.Type)}";
        else if (old.Type.IsPrimitive && now.Type.IsNested) yield return $"make column {name} a {SchemaText.Print(now.Type)}";
        if (old.Required != now.Required) yield return now.Required ? $"forbid NULL in column {name}" : $"allow NULL in column {name}";
        if (old.Doc != now.Doc) yield return now.Doc is null ? $"remove the comment of column {name}" : $"comment column {name}";
        if (!ValueComparer.Same(old.WriteDefault, now.WriteDefault)) yield return $"change the default of column {name}";
        if (old.Type is StructType && now.Type is StructType && IsReordered(old.Type.Children, now.Type.Children))
        {
            yield return $"order the fields of {name} {string.Join(", ", now.Type.Children.Select(f => f.Name))}";
        }
    }

    /// <summary>Whether the fields that are in both come in another order.</summary>
    private static bool IsReordered(ImmutableArray<NestedField> before, ImmutableArray<NestedField> after)
    {
        int[] old = [.. before.Select(f => f.Id)], now = [.. after.Select(f => f.Id)];
        return !old.Intersect(now).SequenceEqual(now.Intersect(old));
    }
}
