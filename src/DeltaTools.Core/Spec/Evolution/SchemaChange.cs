using System.Collections.Immutable;

namespace DeltaTools.Core.Spec.Evolution;

/// <summary>A change of a table's columns ("Schema Evolution"). <see cref="SchemaUpdate"/> applies a list of them, one after the other.</summary>
/// <remarks>Columns are named in full (<c>address.city</c>, <c>tags.element</c>); case does not matter where it leaves no doubt.</remarks>
public abstract record SchemaChange;

/// <param name="Parent">The struct, or the list or map of structs, to add to; null adds a column.</param>
/// <param name="Column">Its ids are provisional. Its write default becomes the initial default as well (v3).</param>
/// <param name="Position">Null adds at the end.</param>
public sealed record AddColumn(string? Parent, NestedField Column, ColumnPosition? Position = null) : SchemaChange;

public sealed record DropColumn(string Name) : SchemaChange;

/// <param name="NewName">The last part only: a column stays in its struct.</param>
public sealed record RenameColumn(string Name, string NewName) : SchemaChange;

public sealed record MoveColumn(string Name, ColumnPosition Position) : SchemaChange;

/// <summary>Gives a column a wider type (<see cref="Promotion"/>).</summary>
public sealed record WidenColumn(string Name, IcebergType Type) : SchemaChange;

/// <summary>Allows NULL from now on.</summary>
public sealed record MakeColumnOptional(string Name) : SchemaChange;

/// <summary>Forbids NULL, which is possible only for columns that the same update adds with a default.</summary>
public sealed record RequireColumn(string Name) : SchemaChange;

public sealed record SetColumnDoc(string Name, string? Doc) : SchemaChange;

/// <summary>Changes the value that writers use when none is supplied (v3); rows written before keep theirs.</summary>
/// <param name="Default">In the physical form of <see cref="IcebergType"/>.</param>
public sealed record SetColumnDefault(string Name, object? Default) : SchemaChange;

/// <summary>Declares which fields identify a row; none takes the declaration back.</summary>
public sealed record SetIdentifierFields(ImmutableArray<string> Names) : SchemaChange;
