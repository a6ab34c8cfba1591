using System.IO.Compression;
using System.Security.Cryptography;
using ZstdSharp;

namespace DeltaTools.Core.Deltas;

/// <summary>Tells which files are compressed, and whether one is whole. The engine takes what there is of a file that is cut off for all of it.</summary>
internal static class CompressedFile
{
    private const int BufferSize = 1 << 16;

    public static bool Is(string path) => IsGzip(path) || IsZstd(path);

    public static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    public static bool IsZstd(string path) => path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a .gz or .zst file to its end.</summary>
    /// <returns>
    /// The hash of what is compressed (see <see cref="ContentHash"/>), from the same pass. That of the file would tell the same delta apart
    /// when it is compressed again: gzip keeps the file's name and time.
    /// </returns>
    /// <exception cref="IcebergException">DeltaFileInvalid: it cannot be read, is cut off, or not in the format that its name tells.</exception>
    public static Task<string> CheckAsync(string name, string path, CancellationToken cancel) => Task.Run(() => Check(name, path, cancel), cancel);

    private static string Check(string name, string path, CancellationToken cancel)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            if (IsGzip(path)) CheckGzip(name, file, hash, cancel);
            else CheckZstd(name, file, hash, cancel);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ContentHash.Unreadable(path, e);
        }
    }

    /// <remarks>.NET does not notice the missing end of a gzip file either, so a member is put behind it, which is read only when all before it is whole.</remarks>
    private static void CheckGzip(string name, Stream stored, IncrementalHash hash, CancellationToken cancel)
    {
        using var file = new EndMarkedStream(stored);
        try
        {
            using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            byte[] end = ReadToEnd(content, EndMarkedStream.Mark.Length, hash, cancel);
            // .NET stops where no further member begins; the engine refuses such a file.
            if (!file.IsPassed) throw Unsound(name, "gzip", null);
            if (!EndMarkedStream.Mark.SequenceEqual(end)) throw CutOff(name, null);
        }
        catch (InvalidDataException e)
        {
            throw file.IsPassed ? CutOff(name, e) : Unsound(name, "gzip", e);
        }
    }

    private static void CheckZstd(string name, Stream file, IncrementalHash hash, CancellationToken cancel)
    {
        try
        {
            using var content = new DecompressionStream(file, leaveOpen: true);
            ReadToEnd(content, 0, hash, cancel);
        }
        catch (EndOfStreamException e)
        {
            throw CutOff(name, e);
        }
        catch (ZstdException e)
        {
            throw Unsound(name, "zstd", e);
        }
    }

    /// <param name="hash">Takes the content without its last bytes.</param>
    /// <returns>The last bytes of the content.</returns>
    private static byte[] ReadToEnd(Stream content, int last, IncrementalHash hash, CancellationToken cancel)
    {
        byte[] buffer = new byte[last + BufferSize];
        int empty = last;
        for (int read; (read = content.Read(buffer, last, BufferSize)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            int skipped = Math.Min(empty, read);
            hash.AppendData(buffer, skipped, read - skipped);
            empty -= skipped;
            buffer.AsSpan(read, last).CopyTo(buffer);
        }
        return buffer[..last];
    }

    private static IcebergException CutOff(string name, Exception? inner) =>
        new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' is cut off: its compressed data does not end. Fetch it again.", inner);

    private static IcebergException Unsound(string name, string format, Exception? inner) =>
        new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' is not a sound {format} file. Fetch it again, or name it after what it is.", inner);
}
