using System.Security.Cryptography;

namespace DeltaTools.Core.Deltas;

/// <summary>SHA-256 of a delta's content.</summary>
public static class ContentHash
{
    private const int BufferSize = 1 << 20;

    public static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <returns>64 lower-case hex digits.</returns>
    /// <exception cref="IcebergException">DeltaFileInvalid: the file does not exist or cannot be read.</exception>
    public static async Task<string> OfFileAsync(string path, CancellationToken cancel)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using (file.ConfigureAwait(false))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                byte[] buffer = new byte[BufferSize];
                for (int read; (read = await file.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;) hash.AppendData(buffer, 0, read);
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    internal static IcebergException Unreadable(string path, Exception why) =>
        new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{path}' cannot be read: {why.Message}", why);
}
