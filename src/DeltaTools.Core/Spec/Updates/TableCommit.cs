using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Updates;

/// <summary>One atomic change of a table: what must be true before, and what is changed.</summary>
public sealed record TableCommit(ImmutableArray<TableRequirement> Requirements, ImmutableArray<TableUpdate> Updates);
