using DeltaTools.Core.Spec;

namespace DeltaTools.Core.Deltas;

/// <summary>A column of a delta.</summary>
/// <param name="Name">As the file spells it.</param>
/// <param name="Type">Its type when the format has types; null for text that the table's type decides about.</param>
public sealed record DeltaColumn(string Name, IcebergType? Type = null);
