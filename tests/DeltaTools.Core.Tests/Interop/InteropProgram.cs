using CsCheck;
using DeltaTools.Core.Catalogs;
using DeltaTools.Core.Embedded;

namespace DeltaTools.Core.Tests.Interop;

/// <summary>Writes tables of every kind, with what they must hold, for <c>tests/Interop</c>, where other implementations read them.</summary>
internal static class InteropProgram
{
    /// <summary>Random schemas and rows; the same ones in every run.</summary>
    private static readonly ulong[] Seeds = [.. Enumerable.Range(1, 24).Select(i => (ulong)i)];

    /// <param name="folder">Gets the warehouse, and a folder <c>expected</c> with a file for each table.</param>
    public static async Task<int> RunAsync(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "expected"));
        await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync("interop", Path.Combine(folder, "warehouse"), default);
        using DuckSession session = DuckSession.Open(new DuckOptions { Threads = 2, MemoryLimit = 1L << 30 });
        foreach (int version in (int[])[1, 2, 3])
        {
            await InteropTables.TypesAsync(catalog, session, folder, version);
            await InteropTables.PartitionsAsync(catalog, session, folder, version);
            await InteropTables.EvolutionAsync(catalog, session, folder, version);
        }
        foreach (int version in (int[])[2, 3])
        {
            await InteropTables.DeletesAsync(catalog, session, folder, version, partitioned: false);
            await InteropTables.DeletesAsync(catalog, session, folder, version, partitioned: true);
            await EmployeesTable.WriteAsync(catalog, session, folder, version);
            foreach (ulong seed in Seeds) await InteropTables.RandomAsync(catalog, session, folder, version, seed, new PCG((uint)version, seed));
        }
        return 0;
    }
}
