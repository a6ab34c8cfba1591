namespace DeltaTools.Core.Storage.S3;

/// <summary>An object as a stream that can be read from anywhere, in ever larger pieces as long as it is read on.</summary>
internal sealed class S3ReadStream : Stream
{
    /// <summary>Read when the stream is opened: all of most metadata files.</summary>
    public const int FirstPiece = 1 << 20;

    /// <summary>Read at a jump, when less is asked for.</summary>
    private const int SmallPiece = 256 << 10;
    private const int LargestPiece = 16 << 20;

    private readonly S3Ranges _ranges;
    private readonly S3Location _at;
    private readonly string _etag;
    private byte[] _piece;
    private long _pieceStart;
    private long _position;

    public S3ReadStream(S3Ranges ranges, S3Location at, S3Start start)
    {
        _ranges = ranges;
        _at = at;
        _etag = start.ETag;
        _piece = start.Content;
        Length = start.Size;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new IOException("A position before the start of the file.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = (int)Math.Min(buffer.Length, Length - _position);
        if (count <= 0) return 0;
        if (_position < _pieceStart || _position >= _pieceStart + _piece.Length)
        {
            await FetchAsync(count, cancellationToken).ConfigureAwait(false);
        }
        int from = (int)(_position - _pieceStart);
        count = Math.Min(count, _piece.Length - from);
        _piece.AsMemory(from, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("The stream is for reading.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream is for reading.");

    private async Task FetchAsync(int wanted, CancellationToken cancel)
    {
        bool readsOn = _position == _pieceStart + _piece.Length;
        int ahead = readsOn ? Math.Min(LargestPiece, 2 * _piece.Length) : SmallPiece;
        byte[] piece = new byte[Math.Min(Math.Max(Math.Min(wanted, LargestPiece), ahead), Length - _position)];
        await _ranges.ReadAsync(_at, _etag, _position, piece, cancel).ConfigureAwait(false);
        _piece = piece;
        _pieceStart = _position;
    }
}
