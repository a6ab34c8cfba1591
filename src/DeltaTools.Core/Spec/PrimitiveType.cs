namespace DeltaTools.Core.Spec;

/// <summary>A type without fields. Types with parameters have records of their own.</summary>
public record PrimitiveType(TypeId Id) : IcebergType(Id)
{
    public override string ToString() => Id switch
    {
        TypeId.TimestampNs => "timestamp_ns",
        TypeId.TimestampTz => "timestamptz",
        TypeId.TimestampTzNs => "timestamptz_ns",
        _ => Id.ToString().ToLowerInvariant(),
    };
}

/// <param name="Precision">1 to 38 digits.</param>
/// <param name="Scale">Digits after the decimal point.</param>
public sealed record DecimalType(int Precision, int Scale) : PrimitiveType(TypeId.Decimal)
{
    public const int MaxPrecision = 38;

    public override string ToString() => $"decimal({Precision}, {Scale})";
}

/// <param name="Length">Bytes of every value.</param>
public sealed record FixedType(int Length) : PrimitiveType(TypeId.Fixed)
{
    public override string ToString() => $"fixed[{Length}]";
}

/// <param name="Crs">Coordinate reference system; <c>OGC:CRS84</c> when the schema names none.</param>
public sealed record GeometryType(string? Crs = null) : PrimitiveType(TypeId.Geometry)
{
    public const string DefaultCrs = "OGC:CRS84";

    /// <summary>A reference system that is not named is the default; case does not matter.</summary>
    public bool Equals(GeometryType? other) => other is not null && SameCrs(Crs, other.Crs);

    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Crs ?? DefaultCrs);

    public override string ToString() => Crs is null ? "geometry" : $"geometry({Crs})";

    internal static bool SameCrs(string? a, string? b) =>
        string.Equals(a ?? DefaultCrs, b ?? DefaultCrs, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Crs">Coordinate reference system; <c>OGC:CRS84</c> when the schema names none.</param>
/// <param name="Algorithm">Edge interpolation; <c>spherical</c> when the schema names none.</param>
public sealed record GeographyType(string? Crs = null, string? Algorithm = null) : PrimitiveType(TypeId.Geography)
{
    public static readonly IReadOnlyList<string> Algorithms = ["spherical", "vincenty", "thomas", "andoyer", "karney"];

    public bool Equals(GeographyType? other) =>
        other is not null && GeometryType.SameCrs(Crs, other.Crs) && (Algorithm ?? Algorithms[0]) == (other.Algorithm ?? Algorithms[0]);

    public override int GetHashCode() =>
        HashCode.Combine(StringComparer.OrdinalIgnoreCase.GetHashCode(Crs ?? GeometryType.DefaultCrs), Algorithm ?? Algorithms[0]);

    public override string ToString() =>
        Crs is null ? "geography" : Algorithm is null ? $"geography({Crs})" : $"geography({Crs}, {Algorithm})";
}

/// <summary>Semi-structured values in the Parquet variant encoding (v3).</summary>
public sealed record VariantType() : IcebergType(TypeId.Variant)
{
    public override string ToString() => "variant";
}
