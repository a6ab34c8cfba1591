using System.Collections.Immutable;
using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Scan;

/// <summary>What arrived between two snapshots.</summary>
/// <param name="Snapshots">All snapshots between, oldest first.</param>
/// <param name="Others">Those of them that are no appends; when there are any, the files alone do not tell how the rows changed.</param>
/// <param name="Files">Added files with their snapshot and sequence number, without deletes, in the order of arrival: snapshot, manifest, file.</param>
public sealed record IncrementalPlan(ImmutableArray<Snapshot> Snapshots, ImmutableArray<Snapshot> Others, ImmutableArray<FileScanTask> Files);
