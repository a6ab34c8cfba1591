using System.IO.Compression;

namespace DeltaTools.Core.Deltas;

/// <summary>A gzip file with one more member behind it, whose content is <see cref="Mark"/>. The file stays open.</summary>
internal sealed class EndMarkedStream(Stream file) : Stream
{
    private readonly MemoryStream _member = MarkMember();

    public static ReadOnlySpan<byte> Mark => "deltatools: the end of this file"u8;

    /// <summary>Whether more was asked for than the file has.</summary>
    public bool IsPassed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = IsPassed ? 0 : file.Read(buffer, offset, count);
        if (read > 0 || count == 0) return read;
        IsPassed = true;
        return _member.Read(buffer, offset, count);
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _member.Dispose();
        base.Dispose(disposing);
    }

    private static MemoryStream MarkMember()
    {
        var member = new MemoryStream();
        using (var content = new GZipStream(member, CompressionLevel.Optimal, leaveOpen: true)) content.Write(Mark);
        member.Position = 0;
        return member;
    }
}
