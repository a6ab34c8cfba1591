using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Merge;

/// <summary>The key of a table as far as it is known.</summary>
public static class TableKey
{
    /// <returns>The identifier fields, else the key of the last merge, also one to another branch or one that was taken back, else nothing.</returns>
    public static ImmutableArray<string> Of(TableMetadata metadata)
    {
        Schema schema = metadata.CurrentSchema;
        if (schema.IdentifierFieldIds.Length > 0) return [.. schema.IdentifierFieldIds.Select(id => schema.NameOf(id)).OfType<string>()];
        return MergeState.Of(metadata, SnapshotRef.Main)?.Key
            ?? metadata.Snapshots.OrderByDescending(s => s.SequenceNumber).Select(s => MergeState.Read(s.Summary)?.Key).FirstOrDefault(k => k is not null) ?? [];
    }

    /// <summary>The rows of one key. Columns of which part was left out, or that are none of the key, would make several rows look like one.</summary>
    /// <param name="table">Name, for messages.</param>
    /// <param name="values">Columns and their values; all of the key's where the key is known.</param>
    /// <exception cref="IcebergException">InvalidArgument: columns are missing, unknown or not of the key, or one has several values.</exception>
    public static Predicate Condition(string table, TableMetadata metadata, IDictionary values)
    {
        Schema schema = metadata.CurrentSchema;
        var given = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in values)
        {
            string name = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            if (schema.FindFieldIgnoreCase(name) is null)
                throw IcebergException.Invalid($"Table {table} has no column '{name}', which -Key names. Its columns are {string.Join(", ", schema.Fields.Select(f => f.Name))}.");
            if (entry.Value is IEnumerable and not (string or byte[] or IDictionary))
                throw IcebergException.Invalid($"-Key has several values for column '{name}' of table {table}. Give the key of one row.");
            if (!given.TryAdd(name, entry.Value)) throw IcebergException.Invalid($"-Key names column '{name}' of table {table} twice.");
        }
        if (given.Count == 0) throw IcebergException.Invalid($"-Key names no column of table {table}. {Ask(Of(metadata))}");
        // A key column that was renamed or removed since cannot be given.
        ImmutableArray<string> key = Of(metadata) is { IsEmpty: false } known && known.All(k => schema.FindFieldIgnoreCase(k) is not null) ? known : [.. given.Keys];
        string[] missing = [.. key.Where(k => !given.ContainsKey(k))], others = [.. given.Keys.Where(g => !key.Contains(g, StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (missing.Length > 0) throw IcebergException.Invalid($"The key of {table} is {string.Join(", ", key)}, and -Key lacks {string.Join(", ", missing)}. {Ask(key)}");
        if (others.Length > 0) throw IcebergException.Invalid($"The key of {table} is {string.Join(", ", key)}, and -Key names {string.Join(", ", others)} too. {Ask(key)}");
        return EqualityFilter.From(given);
    }

    /// <summary>How a key is given.</summary>
    public static string Ask(ImmutableArray<string> key) => key.IsEmpty
        ? "Give columns and values: -Key @{ column = value }." : $"Give all of them: -Key @{{ {string.Join("; ", key.Select(n => $"{n} = ..."))} }}.";
}
