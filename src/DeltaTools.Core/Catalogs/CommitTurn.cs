using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Catalogs;

/// <summary>A writer's turn at a table of a local catalog: an open file that no other process may open.</summary>
/// <remarks>
/// The system lets go of it when the process ends, however it ends. Correctness never rests on it, so that file systems without locks,
/// a lock file deleted under a waiting process and writers of other programs do no harm.
/// </remarks>
internal static class CommitTurn
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <returns>Null when another writer did not end its turn in time, or the folder takes no lock file.</returns>
    public static async Task<IDisposable?> TakeAsync(string folder, TableIdentifier table, CancellationToken cancel)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(table.ToString())))[..16];
        string path = Path.Combine(folder, $".{name}.turn");
        var watch = Stopwatch.StartNew();
        do
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            }
            catch (UnauthorizedAccessException) when (!OperatingSystem.IsWindows() || watch.Elapsed.TotalSeconds > 2)
            {
                return null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another has the turn. (Windows says "access denied" while a file is being deleted.)
                await Task.Delay(Random.Shared.Next(1, 12), cancel).ConfigureAwait(false);
            }
        }
        while (watch.Elapsed < s_patience);
        return null;
    }
}
