using System.Text;
using DeltaTools.Core.Deltas;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Tests.Merge;

namespace DeltaTools.Core.Tests.Deltas;

public sealed class CsvFailureTests
{
    private const string MixedLineEnds = "id,name\n1,a\r2,b\n3,c\n";

    [Theory]
    [InlineData("id,name\n1,a\n2,Zo\u00eb\n", "is not in encoding utf-8, name the right one with -Encoding (line 3)")]
    [InlineData(MixedLineEnds, "mixes line ends or breaks a line without quotes")]
    public async Task Import_SaysWhatIsWrongWithAFileThatTheEngineRefuses(string text, string reason)
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        var importer = new DeltaImporter(warehouse.Session, warehouse.Catalog, TableIdentifier.Parse("hr.raw_wrong"), new() { DateReceived = new(2024, 1, 1) });
        Assert.Null(Assert.Single(await importer.ImportAsync([await OpenAsync(warehouse, "id,name\n7,g\n")], default)).Refused);

        IcebergException refused = Assert.Single(await importer.ImportAsync([await OpenAsync(warehouse, text)], default)).Refused!;

        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, refused.Kind);
        Assert.Equal($"The delta file 'wrong.csv' {reason}.", refused.Message);
        Assert.Contains("CSV", refused.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_LosesNoRowOfAnotherEncodingAmongRowsThatAreRefused()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateRawAsync("id int, name string, date_received date");
        var importer = new DeltaImporter(warehouse.Session, warehouse.Catalog, TableIdentifier.Parse("hr.raw_deltas"), new() { DateReceived = new(2024, 1, 1), ErrorLimit = 5 });

        IcebergException refused = Assert.Single(await importer.ImportAsync([await OpenAsync(warehouse, "id,name\n1,a\nx,b\n2,Zo\u00eb\n3,c\n")], default)).Refused!;

        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, refused.Kind);
        Assert.Contains("of its 4 rows 1 do not fit, and only 2 of the others can be read", refused.Message, StringComparison.Ordinal);
        Assert.Null((await warehouse.RawAsync()).Metadata.CurrentSnapshot);
    }

    [Fact]
    public async Task InferTypes_SaysWhatIsWrongWithAFileThatTheEngineRefuses()
    {
        await using Warehouse warehouse = await Warehouse.OpenAsync();
        DeltaSource delta = await OpenAsync(warehouse, MixedLineEnds);

        IcebergException refused = await Assert.ThrowsAsync<IcebergException>(() => delta.InferTypesAsync(warehouse.Session, default));

        Assert.Equal(IcebergErrorKind.DeltaFileInvalid, refused.Kind);
        Assert.Contains("mixes line ends", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<DeltaSource> OpenAsync(Warehouse warehouse, string text)
    {
        string path = Path.Combine(warehouse.Folder, "wrong.csv");
        await File.WriteAllBytesAsync(path, Encoding.Latin1.GetBytes(text));
        return await DeltaFile.OpenAsync(warehouse.Session, "wrong.csv", path, new(), default);
    }
}
