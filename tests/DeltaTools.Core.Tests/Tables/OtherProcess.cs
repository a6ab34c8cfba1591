using System.Diagnostics;
using System.Globalization;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Storage;
using DeltaTools.Core.Tables;
using DeltaTools.Core.Tables.Actions;
using DeltaTools.Core.Tests.Catalogs;

namespace DeltaTools.Core.Tests.Tables;

/// <summary>A writer in a process of its own.</summary>
internal static class OtherProcess
{
    /// <summary>Starts the process and waits for its end.</summary>
    /// <param name="killPoint">The place where it dies (<see cref="KillPoint"/>); 0: none.</param>
    /// <returns>Its exit code, and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> StartAsync(int killPoint, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(OtherProcess).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        if (killPoint > 0) start.Environment[KillPoint.Variable] = killPoint.ToString(CultureInfo.InvariantCulture);
        start.Environment["DOTNET_TieredPGO"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    /// <summary>The other process: does one thing to the tables of a warehouse.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [string warehouse, string what, string name, string count]) return 2;
        await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync("w", warehouse, default);
        if (what == "create")
        {
            await catalog.CreateTableAsync(TableIdentifier.Parse(name), null, l => SampleTables.New(l), default);
            return 0;
        }
        IcebergTable table = await IcebergTable.LoadAsync(catalog, TableIdentifier.Parse("hr.t"), default);
        int times = int.Parse(count, CultureInfo.InvariantCulture);
        for (int i = 0; i < times; i++)
        {
            if (what == "append") await MeetAsync(warehouse, name, i, times);
            DataFile file = await WriteAsync(table, $"{name}-{i}");
            table = (await table.CommitAsync(await ActionAsync(table, what, file), default)).Table;
        }
        return 0;
    }

    /// <summary>Waits for the other of two writers before the first of its works and in the middle, so that neither is done before the other has begun.</summary>
    internal static async Task MeetAsync(string warehouse, string name, int work, int works)
    {
        if (work != 0 && work != works / 2) return;
        string folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(warehouse))!, place = $".ready{work}";
        await File.WriteAllTextAsync(Path.Combine(folder, name + place), "");
        while (Directory.GetFiles(folder, "*" + place).Length < 2) await Task.Delay(5);
    }

    /// <summary>A data file as an engine makes it: written in place, then published. Its content does not matter here.</summary>
    private static async Task<DataFile> WriteAsync(IcebergTable table, string name)
    {
        string location = TableLocations.NewDataFile(table.Metadata, name + ".parquet");
        await File.WriteAllTextAsync(table.Store.WritePath(location), name);
        await table.Store.PublishAsync(location, default);
        return new() { FilePath = location, RecordCount = 10, FileSizeInBytes = name.Length };
    }

    private static async Task<TableAction> ActionAsync(IcebergTable table, string what, DataFile file)
    {
        if (what == "append") return new AppendFiles([file]);
        // Replaces one of the files that are there, which rewrites a manifest.
        Snapshot head = table.Metadata.CurrentSnapshot!;
        DataFile old = (await TableFixture.EntriesAsync(table, head)).Last(e => e.IsLive).DataFile;
        return new RowDelta(head.SnapshotId) { RemovedData = [old], AddedData = [file] };
    }
}
