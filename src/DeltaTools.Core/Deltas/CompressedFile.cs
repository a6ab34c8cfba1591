using System.IO.Compression;
using ZstdSharp;

namespace DeltaTools.Core.Deltas;

/// <summary>Tells whether a compressed file is whole. The engine takes what there is of a file that is cut off for all of it.</summary>
internal static class CompressedFile
{
    private const int BufferSize = 1 << 16;

    public static bool Is(string path) => IsGzip(path) || path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a .gz or .zst file to its end.</summary>
    /// <returns>The hash of the file as it is (see <see cref="ContentHash"/>), from the same pass.</returns>
    /// <exception cref="IcebergException">DeltaFileInvalid: it cannot be read, is cut off, or not in the format that its name tells.</exception>
    public static Task<string> CheckAsync(string name, string path, CancellationToken cancel) => Task.Run(() => Check(name, path, cancel), cancel);

    private static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static string Check(string name, string path, CancellationToken cancel)
    {
        try
        {
            using var file = new HashedStream(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan));
            if (IsGzip(path)) CheckGzip(name, file, cancel);
            else CheckZstd(name, file, cancel);
            // What follows the compressed data is content of the file too.
            ReadToEnd(file, 0, cancel);
            return file.Hash();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ContentHash.Unreadable(path, e);
        }
    }

    /// <remarks>.NET does not notice the missing end of a gzip file either, so a member is put behind it, which is read only when all before it is whole.</remarks>
    private static void CheckGzip(string name, Stream stored, CancellationToken cancel)
    {
        using var file = new EndMarkedStream(stored);
        try
        {
            using var content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            byte[] end = ReadToEnd(content, EndMarkedStream.Mark.Length, cancel);
            if (file.IsPassed && !EndMarkedStream.Mark.SequenceEqual(end)) throw CutOff(name, null);
        }
        catch (InvalidDataException e)
        {
            throw file.IsPassed ? CutOff(name, e) : Unsound(name, "gzip", e);
        }
    }

    private static void CheckZstd(string name, Stream file, CancellationToken cancel)
    {
        try
        {
            using var content = new DecompressionStream(file, leaveOpen: true);
            ReadToEnd(content, 0, cancel);
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

    /// <returns>The last bytes of the content.</returns>
    private static byte[] ReadToEnd(Stream content, int last, CancellationToken cancel)
    {
        byte[] buffer = new byte[last + BufferSize];
        for (int read; (read = content.Read(buffer, last, BufferSize)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            buffer.AsSpan(read, last).CopyTo(buffer);
        }
        return buffer[..last];
    }

    private static IcebergException CutOff(string name, Exception? inner) =>
        new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' is cut off: its compressed data does not end. Fetch it again.", inner);

    private static IcebergException Unsound(string name, string format, Exception inner) =>
        new(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{name}' is not a sound {format} file. Fetch it again, or name it after what it is.", inner);
}
