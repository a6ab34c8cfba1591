using System.IO.Compression;
using ZstdSharp;

namespace DeltaTools.Core.Deltas;

/// <summary>Tells whether a compressed file is whole. The engine takes what there is of a file that is cut off for all of it.</summary>
internal static class CompressedFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Reads a .gz or .zst file to its end; other files are not looked at.</summary>
    /// <exception cref="IcebergException">DeltaFileInvalid: it is cut off, or not in the format that its name tells.</exception>
    public static Task CheckAsync(string name, string path, CancellationToken cancel) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Task.Run(() => CheckGzip(name, path, cancel), cancel)
        : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? Task.Run(() => CheckZstd(name, path, cancel), cancel)
        : Task.CompletedTask;

    /// <remarks>.NET does not notice the missing end of a gzip file either, so a member is put behind it, which is read only when all before it is whole.</remarks>
    private static void CheckGzip(string name, string path, CancellationToken cancel)
    {
        using var file = new EndMarkedStream(File.OpenRead(path));
        try
        {
            using var content = new GZipStream(file, CompressionMode.Decompress);
            byte[] end = ReadToEnd(content, EndMarkedStream.Mark.Length, cancel);
            if (file.IsPassed && !EndMarkedStream.Mark.SequenceEqual(end)) throw CutOff(name, null);
        }
        catch (InvalidDataException e)
        {
            throw file.IsPassed ? CutOff(name, e) : Unsound(name, "gzip", e);
        }
    }

    private static void CheckZstd(string name, string path, CancellationToken cancel)
    {
        using FileStream file = File.OpenRead(path);
        try
        {
            using var content = new DecompressionStream(file);
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
