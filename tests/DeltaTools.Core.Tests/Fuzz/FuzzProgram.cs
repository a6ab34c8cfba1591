using System.Diagnostics;
using System.Globalization;
using DeltaTools.Core.Puffin;

namespace DeltaTools.Core.Tests.Fuzz;

/// <summary>Damages files in 10,000 ways and reads them, in a process of its own, whose memory and end can be watched.</summary>
/// <remarks>
/// The seeds are fixed, so that what was found once stays found. A case is good when reading gives rows, or an error of kind Corrupt or
/// Unsupported. Files with checksums must give the right rows or an error.
/// </remarks>
internal static class FuzzProgram
{
    private static int _failed;

    public static async Task<int> RunAsync()
    {
        var clock = Stopwatch.StartNew();
        int total = 0;
        foreach (string table in (string[])["impala-v2-flink-both-eq-and-pos", "impala-v3-spark-deletion-vectors"])
        {
            using FuzzTarget target = await FuzzTarget.OpenAsync(table);
            total += await EachAsync(target, $"{table}: metadata", 1500, [target.MetadataFile], (_, content) =>
            {
                FuzzTarget.RoundTrip(content);
                return Task.CompletedTask;
            });
            total += await EachAsync(target, $"{table}: manifest list", 500, [target.ManifestList], (file, content) => PlanAsync(target, file, content));
            total += await EachAsync(target, $"{table}: manifest", 1200, target.Manifests, (file, content) => PlanAsync(target, file, content));
            total += await EachAsync(target, $"{table}: footer", 1000, target.DataFiles.AddRange(target.DeleteFiles), (_, content) => FooterAsync(target, content));
            total += await EachAsync(target, $"{table}: whole table", 500, [target.MetadataFile, target.ManifestList, .. target.Manifests, .. target.DataFiles, .. target.DeleteFiles],
                (file, content) => ReadAsync(target, file, content, same: false));
            if (target.Puffins.IsEmpty) continue;
            total += await EachAsync(target, "puffin", 900, target.Puffins, (file, content) => PuffinAsync(target, file, content));
            total += await EachAsync(target, "deletion vectors", 300, target.Puffins, (file, content) => ReadAsync(target, file, content, same: true));
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total} cases, {clock.Elapsed.TotalSeconds:0.0} s, peak {process.PeakWorkingSet64 >> 20} MB"));
        return _failed == 0 ? 0 : 1;
    }

    private static async Task<int> EachAsync(FuzzTarget target, string what, int cases, IReadOnlyList<string> files, Func<string, byte[], Task> read)
    {
        List<byte[]> contents = [];
        foreach (string file in files) contents.Add(await target.ContentAsync(file));
        int refused = 0;
        for (int seed = 0; seed < cases; seed++)
        {
            int at = seed % files.Count;
            // The test sees how far this got when it hangs or crashes.
            if (seed % 50 == 0) Console.WriteLine($"{what}, from seed {seed}");
            try
            {
                await read(files[at], Mutations.WithLengths(contents[at], seed));
            }
            catch (IcebergException e) when (e.Kind is IcebergErrorKind.Corrupt or IcebergErrorKind.Unsupported)
            {
                refused++;
            }
            catch (Exception e)
            {
                if (++_failed <= 20) Console.Error.WriteLine($"{what}, seed {seed}, {Path.GetFileName(files[at])}: {(e as IcebergException)?.Kind.ToString() ?? ""} {e}");
            }
        }
        Console.WriteLine($"{what}: {refused} of {cases} refused");
        return cases;
    }

    private static async Task PlanAsync(FuzzTarget target, string file, byte[] content)
    {
        using OverlayStore store = target.Damaged(file, content);
        await target.PlanAsync(store);
    }

    private static async Task FooterAsync(FuzzTarget target, byte[] content)
    {
        string path = target.NewPath();
        await File.WriteAllBytesAsync(path, content);
        try
        {
            await target.InspectAsync(path);
        }
        catch (IcebergException e) when (e.Kind == IcebergErrorKind.SchemaMismatch)
        {
            // Names or types were damaged: the file is another, and refused.
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task ReadAsync(FuzzTarget target, string file, byte[] content, bool same)
    {
        using OverlayStore store = target.Damaged(file, content);
        string rows = await target.RowsAsync(store);
        if (same && rows != target.Rows) throw new InvalidOperationException("Damage that a checksum tells gave other rows.");
    }

    private static async Task PuffinAsync(FuzzTarget target, string file, byte[] content)
    {
        using OverlayStore store = target.Damaged(file, content);
        PuffinFooter footer = await PuffinReader.ReadFooterAsync(store, file, default);
        foreach (PuffinBlob blob in footer.Blobs) await PuffinReader.ReadBlobAsync(store, file, blob, default);
    }
}
