using System.Collections.Immutable;
using DeltaTools.Core.Expressions;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>Which files to read, and how, to see the rows of a snapshot that match a filter.</summary>
/// <param name="Snapshot">Null when the table has none: no rows.</param>
/// <param name="Schema">Columns that the rows are read with.</param>
/// <param name="Filter">The filter, bound to the schema. Files may hold rows that do not match it, so it must be applied to them.</param>
/// <param name="Tasks">In the order of the manifests and of the files in them.</param>
public sealed record ScanPlan(Snapshot? Snapshot, Schema Schema, Predicate Filter, ImmutableArray<FileScanTask> Tasks, ScanStatistics Statistics);
