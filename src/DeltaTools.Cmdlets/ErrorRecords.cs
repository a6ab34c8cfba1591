using System.Management.Automation;
using DeltaTools.Core;
using DeltaTools.Core.Deltas;

namespace DeltaTools.Cmdlets;

/// <summary>The one place where errors get their id, category and recommendation. Ids are part of the module's surface.</summary>
internal static class ErrorRecords
{
    public static ErrorRecord From(Exception error, object? target)
    {
        (string id, ErrorCategory category, string? recommendation) = Describe(error);
        return new ErrorRecord(error, id, category, target)
        {
            ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = recommendation ?? "" },
        };
    }

    /// <summary>A row of a delta that was refused; the row is what the error is about.</summary>
    public static ErrorRecord Of(BadRow row) => From(new IcebergException(IcebergErrorKind.DeltaRowInvalid, row.ToString()), row);

    /// <summary>Whether the next item would meet the same error.</summary>
    public static bool EndsPipeline(Exception error) => error is not IcebergException { Kind: not IcebergErrorKind.NotConnected };

    private static (string Id, ErrorCategory Category, string? Recommendation) Describe(Exception error) => error switch
    {
        IcebergException iceberg => Describe(iceberg.Kind),
        UnauthorizedAccessException => Describe(IcebergErrorKind.AccessDenied),
        IOException => Describe(IcebergErrorKind.StorageFailed),
        TimeoutException => Describe(IcebergErrorKind.Timeout),
        OutOfMemoryException => ("OutOfMemory", ErrorCategory.ResourceUnavailable, "Connect with a lower -MemoryLimit, so that the engine spills to disk."),
        _ => ("UnexpectedError", ErrorCategory.NotSpecified, "This should not happen. Please report it with the output of: $Error[0].Exception.ToString()"),
    };

    private static (string Id, ErrorCategory Category, string? Recommendation) Describe(IcebergErrorKind kind) => kind switch
    {
        IcebergErrorKind.NotConnected => ("CatalogNotConnected", ErrorCategory.ConnectionError,
            "Run Connect-IcebergCatalog -Warehouse <folder>, pass -Catalog, or set the environment variable DELTATOOLS_WAREHOUSE."),
        IcebergErrorKind.TableNotFound => ("TableNotFound", ErrorCategory.ObjectNotFound, "Run Get-IcebergTable to list the tables."),
        IcebergErrorKind.NamespaceNotFound => ("NamespaceNotFound", ErrorCategory.ObjectNotFound, "Run Get-IcebergTable to list the tables."),
        IcebergErrorKind.TableExists => ("TableAlreadyExists", ErrorCategory.ResourceExists, "Use -IfNotExists, or choose another name."),
        IcebergErrorKind.SnapshotNotFound => ("SnapshotNotFound", ErrorCategory.ObjectNotFound,
            "Run Get-IcebergSnapshot to list the snapshots, Get-IcebergHistory to see when each was current."),
        IcebergErrorKind.SnapshotReferenced => ("SnapshotReferenced", ErrorCategory.InvalidOperation,
            "Remove the branch or tag that points to it first: Remove-IcebergRef."),
        IcebergErrorKind.RefNotFound => ("RefNotFound", ErrorCategory.ObjectNotFound, "Run Get-IcebergRef to list the branches and tags."),
        IcebergErrorKind.CommitConflict => ("CommitConflict", ErrorCategory.ResourceBusy,
            "Run the command again. If other writers are busy all the time, raise the table property commit.retry.num-retries."),
        IcebergErrorKind.CommitUnknown => ("CommitStateUnknown", ErrorCategory.OperationStopped,
            "Look at Get-IcebergHistory before you run it again. Nothing was cleaned up."),
        IcebergErrorKind.SchemaMismatch => ("SchemaMismatch", ErrorCategory.InvalidData,
            "Compare the columns with (Get-IcebergTable <table>).Schema; -SchemaEvolution allows new columns or wider types."),
        IcebergErrorKind.DuplicateKey => ("MergeKeyDuplicate", ErrorCategory.InvalidData,
            "Check that -Key names all columns that tell rows apart. Where a merge finds rows of one date that contradict each other, its -OrderBy tells which is newer."),
        IcebergErrorKind.NullKey => ("MergeKeyNull", ErrorCategory.InvalidData, "Correct the rows, or leave them out with -NullKey Skip."),
        IcebergErrorKind.DeltaRowInvalid => ("DeltaRowInvalid", ErrorCategory.InvalidData,
            "Correct the rows, or let -ErrorLimit rows pass and keep them apart with -Quarantine."),
        IcebergErrorKind.DeltaFileInvalid => ("DeltaFileInvalid", ErrorCategory.InvalidData, "Check that it is the right file, that it is complete and that -Format fits."),
        IcebergErrorKind.ReportDateRefused => ("ReportDateRefused", ErrorCategory.InvalidOperation,
            "Use a report date that is not older, or -Rebuild to replay the raw table to the older date."),
        IcebergErrorKind.MergeRefused => ("MergeRefused", ErrorCategory.LimitsExceeded,
            "See what would change with -WhatIf. If that is right and the message names a limit, raise it."),
        IcebergErrorKind.PlanStale => ("PlanStale", ErrorCategory.InvalidOperation, "Make the plan again: the table has changed since."),
        IcebergErrorKind.Unsupported => ("FeatureUnsupported", ErrorCategory.NotImplemented, null),
        IcebergErrorKind.Corrupt => ("TableDataInvalid", ErrorCategory.InvalidData,
            "Restore the file that the message names from a backup, or go back to an older snapshot."),
        IcebergErrorKind.InvalidArgument => ("InvalidArgument", ErrorCategory.InvalidArgument, null),
        IcebergErrorKind.AccessDenied => ("AccessDenied", ErrorCategory.PermissionDenied, "Check the permissions on what the message names."),
        IcebergErrorKind.Throttled => ("Throttled", ErrorCategory.LimitsExceeded, "Wait a little and run the command again."),
        IcebergErrorKind.Timeout => ("Timeout", ErrorCategory.OperationTimeout, "Run the command again, with a longer -Timeout where there is one."),
        IcebergErrorKind.QueryFailed => ("QueryFailed", ErrorCategory.InvalidResult, null),
        IcebergErrorKind.StorageFailed => ("StorageFailed", ErrorCategory.ReadError, "Check that the disk or bucket is reachable and has room."),
        _ => (kind.ToString(), ErrorCategory.NotSpecified, null),
    };
}
