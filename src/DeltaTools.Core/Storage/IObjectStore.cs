namespace DeltaTools.Core.Storage;

/// <summary>Where files live: local disk or an object store. Files are immutable: created whole, read, deleted, never changed.</summary>
/// <remarks>Locations are absolute URIs as they stand in table metadata (<c>file:///...</c>, <c>s3://...</c>); nothing in them is percent-decoded.</remarks>
public interface IObjectStore
{
    /// <summary>The one spelling of a location: different spellings of one object (<c>s3a://</c> and <c>s3://</c>, mapped prefixes) give
    /// the same text, so results can be compared.</summary>
    string Resolve(string location);

    /// <summary>Opens for random access.</summary>
    /// <exception cref="IcebergException">Corrupt: the file does not exist; AccessDenied; StorageFailed.</exception>
    Task<Stream> OpenReadAsync(string location, CancellationToken cancel);

    /// <summary>Creates the file with the content. Durable when the task completes; readers see all of it or nothing.</summary>
    /// <exception cref="IcebergException">StorageFailed: a file with this name exists. It is never overwritten.</exception>
    Task WriteAsync(string location, ReadOnlyMemory<byte> content, CancellationToken cancel);

    /// <summary>A path on this machine that holds the file's content; a remote store fetches it into its cache.</summary>
    Task<string> ReadPathAsync(string location, CancellationToken cancel);

    /// <summary>A path on this machine that an engine writes the new file to; <see cref="PublishAsync"/> then makes it the file at the location.</summary>
    /// <remarks>The folder of the path exists. The file must not be read by others before it is published.</remarks>
    string WritePath(string location);

    /// <summary>Makes what was written to <see cref="WritePath"/> durable at the location.</summary>
    Task PublishAsync(string location, CancellationToken cancel);

    /// <summary>Size and time of a file, or null when it does not exist.</summary>
    Task<ObjectInfo?> FindAsync(string location, CancellationToken cancel);

    /// <summary>All files whose location starts with the prefix, at any depth; nothing when there are none.</summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancel);

    /// <summary>Deletes files; those that do not exist are no error.</summary>
    Task DeleteAsync(IReadOnlyCollection<string> locations, CancellationToken cancel);
}

/// <param name="LastModified">Null when the store does not know.</param>
public sealed record ObjectInfo(string Location, long Size, DateTimeOffset? LastModified);
