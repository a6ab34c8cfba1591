using System.Text.Json;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Json;
using DeltaTools.Core.Storage;

namespace DeltaTools.Core.Tests;

/// <summary>A table of <c>tests/Fixtures/tables</c>, which another engine wrote, with what is known of its contents.</summary>
public sealed class FixtureTable
{
    private FixtureTable(string name, JsonElement expected, TableMetadata metadata, IObjectStore store) =>
        (Name, Expected, Metadata, Store) = (name, expected, metadata, store);

    public static IEnumerable<string> Names =>
        Directory.EnumerateDirectories(FixtureFiles.At("tables")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal);

    public string Name { get; }

    /// <summary>The table's <c>expected.json</c>.</summary>
    public JsonElement Expected { get; }

    public TableMetadata Metadata { get; }

    /// <summary>Maps the locations of the machine that wrote the table to the fixture's folder.</summary>
    public IObjectStore Store { get; }

    public static FixtureTable Open(string name)
    {
        string folder = FixtureFiles.At($"tables/{name}");
        JsonElement expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json"))).RootElement;
        string metadata = Path.Combine(folder, expected.GetProperty("metadataFile").GetString()!);
        IEnumerable<KeyValuePair<string, string>> prefixes = expected.GetProperty("remap").EnumerateArray()
            .Select(r => KeyValuePair.Create(r.GetProperty("from").GetString()!, Path.Combine(folder, r.GetProperty("to").GetString()!)));
        return new FixtureTable(name, expected, TableMetadataJson.Read(File.ReadAllBytes(metadata), metadata),
            new MappedObjectStore(LocationMap.Create(prefixes, ObjectStores.Local), ObjectStores.Local));
    }

    /// <summary>The rows of a snapshot after deletes; null when its files are not in the source.</summary>
    public long? RowCount(long snapshotId) => Expected.GetProperty("snapshots").EnumerateArray()
        .Where(s => s.GetProperty("snapshotId").ToString() == snapshotId.ToString(System.Globalization.CultureInfo.InvariantCulture))
        .Select(s => s.GetProperty("rowCount") is { ValueKind: JsonValueKind.Number } count ? (long?)count.GetInt64() : null).Single();
}
