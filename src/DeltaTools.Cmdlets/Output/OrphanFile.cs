using DeltaTools.Cmdlets.Arguments;
using DeltaTools.Core.Storage;

namespace DeltaTools;

/// <summary>A file below a table's location that the table does not need.</summary>
public sealed class OrphanFile : TableOutput
{
    internal OrphanFile(TableArgument table, ObjectInfo file, bool deleted) : base(table)
    {
        Path = file.Location;
        Size = file.Size;
        LastModified = file.LastModified;
        Deleted = deleted;
    }

    /// <summary>Its location, as in the table's metadata.</summary>
    public string Path { get; }

    public long Size { get; }

    public DateTimeOffset? LastModified { get; }

    /// <summary>False with -WhatIf, and when the question was answered with no.</summary>
    public bool Deleted { get; }
}
