namespace DeltaTools.Core.Spec.Evolution;

/// <summary>A change of a table's partitioning ("Partition Evolution"). <see cref="PartitionUpdate"/> applies a list of them.</summary>
public abstract record PartitionChange;

/// <param name="Column">Full name of the source column.</param>
/// <param name="Name">Null takes the name that the same field had before, else <c>id_bucket_16</c>, <c>ts_day</c> and the like.</param>
public sealed record AddPartitionField(string Column, Transform Transform, string? Name = null) : PartitionChange;

/// <param name="Field">The name of the partition field, or what it is made of: <c>bucket(16, id)</c>.</param>
public sealed record RemovePartitionField(string Field) : PartitionChange;

public sealed record RenamePartitionField(string Name, string NewName) : PartitionChange;
