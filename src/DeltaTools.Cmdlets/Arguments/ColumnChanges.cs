using System.Collections.Immutable;
using DeltaTools.Cmdlets.Commands;
using DeltaTools.Core.Spec.Evolution;
using DeltaTools.Core.Spec.Text;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>The changes of columns that Set-IcebergTable is asked for, in an order in which they do not get in each other's way.</summary>
internal static class ColumnChanges
{
    public static ImmutableArray<SchemaChange> Of(SetIcebergTableCommand asked)
    {
        ImmutableArray<SchemaChange>.Builder changes = ImmutableArray.CreateBuilder<SchemaChange>();
        foreach ((string name, string type) in TextMap.Of(asked.WidenColumn)) changes.Add(new WidenColumn(name, SchemaText.ParseType(type)));
        changes.AddRange(asked.MakeOptional.Select(name => new MakeColumnOptional(name)));
        foreach ((string name, string doc) in TextMap.Of(asked.ColumnDoc)) changes.Add(new SetColumnDoc(name, doc.Length == 0 ? null : doc));
        // An identifier field cannot be dropped, but it may be about to be none.
        if (asked is { IdentifierColumn: not null, RemoveColumn.Length: > 0 }) changes.Add(new SetIdentifierFields([]));
        changes.AddRange(asked.RemoveColumn.Select(name => new DropColumn(name)));
        changes.AddRange(Renames(TextMap.Of(asked.RenameColumn)));
        changes.AddRange(asked.AddColumn.Select(SchemaText.ParseAddition));
        foreach ((string name, string place) in TextMap.Of(asked.MoveColumn)) changes.Add(new MoveColumn(name, SchemaText.ParsePosition(place)));
        if (asked.IdentifierColumn is { } identifiers) changes.Add(new SetIdentifierFields([.. identifiers]));
        return changes.ToImmutable();
    }

    /// <summary>A name is given up before another column takes it: <c>@{ a = 'b'; b = 'c' }</c> has no order of its own.</summary>
    private static IEnumerable<RenameColumn> Renames(ImmutableSortedDictionary<string, string> renames)
    {
        while (!renames.IsEmpty)
        {
            (string name, string newName) = renames.FirstOrDefault(r => !renames.ContainsKey(Sibling(r.Key, r.Value)), renames.First());
            renames = renames.Remove(name);
            yield return new RenameColumn(name, newName);
        }
    }

    private static string Sibling(string column, string name) => column[..(column.LastIndexOf('.') + 1)] + name;
}
