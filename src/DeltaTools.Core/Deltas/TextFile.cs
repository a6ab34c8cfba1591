using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using DeltaTools.Core.Embedded;

namespace DeltaTools.Core.Deltas;

/// <summary>A text file on this machine, perhaps compressed, in an encoding that the engine reads by itself (see <see cref="ForEngineAsync"/>).</summary>
/// <param name="Path">The file.</param>
/// <param name="Size">Bytes on disk.</param>
/// <param name="Encoding">Its encoding, after a look at the byte order mark.</param>
public sealed record TextFile(string Path, long Size, Encoding Encoding)
{
    /// <summary>The part of a <c>read_csv</c> call that names compression, encoding and the longest line.</summary>
    /// <remarks>Left alone, the engine takes a buffer 16 times the longest line: memory that is not needed, and parts so large that one thread reads them all.</remarks>
    public string EngineOptions(int longestLine) =>
        string.Create(CultureInfo.InvariantCulture, $", max_line_size = {longestLine}, buffer_size = {2 * longestLine}, compression = '{Compression}'")
        + (IsUtf16 ? ", encoding = 'utf-16'" : IsLatin1 ? ", encoding = 'latin-1'" : "");

    private string Compression => CompressedFile.IsGzip(Path) ? "gzip" : CompressedFile.IsZstd(Path) ? "zstd" : "none";

    private bool IsUtf16 => Encoding.CodePage == 1200;

    private bool IsBigEndian => Encoding.CodePage == 1201;

    private bool IsLatin1 => Encoding.CodePage == 28591;

    /// <exception cref="IcebergException">DeltaFileInvalid: it does not exist or cannot be read; InvalidArgument: the encoding is none that can be read.</exception>
    public static TextFile Open(string path, Encoding encoding)
    {
        try
        {
            using StreamReader reader = OpenText(path, encoding);
            char[] start = new char[4096];
            int length = reader.ReadBlock(start, 0, start.Length);
            Encoding actual = reader.CurrentEncoding;
            if (start.AsSpan(0, length).Contains('\0'))
                throw new IcebergException(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{path}' is no text in encoding {actual.WebName}: it holds zero bytes. Check -Format and -Encoding.");
            if (actual.CodePage is 65001 or 20127 or 28591 or 1200 or 1201) return new(path, new FileInfo(path).Length, actual);
            throw IcebergException.Invalid($"Files in encoding {actual.WebName} cannot be read. Convert '{path}' to UTF-8.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new IcebergException(IcebergErrorKind.DeltaFileInvalid, $"The delta file '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The file, or a copy of it in UTF-8 when the engine would take its bytes in the wrong order.</summary>
    /// <param name="session">Keeps the copy until it is disposed.</param>
    public async Task<TextFile> ForEngineAsync(DuckSession session, CancellationToken cancel)
    {
        if (!IsBigEndian) return this;
        Directory.CreateDirectory(session.SpillFolder);
        string copy = System.IO.Path.Combine(session.SpillFolder, session.NewName("text"));
        using StreamReader text = OpenText();
        using Stream utf8 = Encoding.CreateTranscodingStream(text.BaseStream, Encoding, Encoding.UTF8);
        using FileStream written = File.Create(copy);
        await utf8.CopyToAsync(written, cancel).ConfigureAwait(false);
        return new(copy, Size, Encoding.UTF8);
    }

    public StreamReader OpenText() => OpenText(Path, Encoding);

    /// <summary>The first line that is not blank, or null when there is none.</summary>
    public string? FirstLine()
    {
        using StreamReader reader = OpenText();
        string? line;
        do line = reader.ReadLine();
        while (line is not null && string.IsNullOrWhiteSpace(line));
        return line;
    }

    /// <summary>The first line whose bytes are no UTF-8; null when there is none, or the file is in another encoding.</summary>
    public long? InvalidLine()
    {
        if (Encoding.CodePage is not (65001 or 20127)) return null;
        // Latin-1 gives each byte back as it is.
        using var bytes = new StreamReader(OpenContent(Path), System.Text.Encoding.Latin1, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16);
        for (long line = 1; bytes.ReadLine() is { } content; line++)
        {
            if (!Utf8.IsValid(System.Text.Encoding.Latin1.GetBytes(content))) return line;
        }
        return null;
    }

    private static StreamReader OpenText(string path, Encoding encoding) =>
        new(OpenContent(path), encoding, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16);

    private static Stream OpenContent(string path)
    {
        Stream stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (CompressedFile.IsGzip(path)) stream = new GZipStream(stream, CompressionMode.Decompress);
        if (CompressedFile.IsZstd(path)) stream = new ZstdSharp.DecompressionStream(stream);
        return stream;
    }
}
