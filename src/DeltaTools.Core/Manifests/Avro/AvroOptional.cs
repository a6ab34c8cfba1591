namespace DeltaTools.Core.Manifests.Avro;

/// <summary>A type that may be wrapped in a union with null, the only union of Iceberg.</summary>
/// <param name="Type">The type inside.</param>
/// <param name="Branches">Types in the union; 0 when there is no union.</param>
/// <param name="NullBranch">Where null is; -1 when it is not there.</param>
internal readonly record struct AvroOptional(AvroType Type, int Branches, int NullBranch)
{
    /// <exception cref="InvalidDataException">The union has several types besides null, or none.</exception>
    public static AvroOptional Of(AvroType type)
    {
        if (type is not AvroUnion union) return new(type, 0, -1);
        AvroType[] present = [.. union.Branches.Where(branch => branch is not AvroPrimitive { Kind: AvroKind.Null })];
        if (present.Length != 1) throw new InvalidDataException($"A union has {present.Length} types besides null.");
        return new(present[0], union.Branches.Length, union.Branches.IndexOf(AvroType.Null, 0, NullComparer.Instance));
    }

    /// <summary>Reads the branch of the union; the value follows when the answer is true.</summary>
    public bool ReadIsPresent(ref AvroDecoder decoder) => Branches == 0 || decoder.ReadBranch(Branches) != NullBranch;

    private sealed class NullComparer : IEqualityComparer<AvroType>
    {
        public static readonly NullComparer Instance = new();

        public bool Equals(AvroType? x, AvroType? y) => IsNull(x) && IsNull(y);

        public int GetHashCode(AvroType obj) => 0;

        private static bool IsNull(AvroType? type) => type is AvroPrimitive { Kind: AvroKind.Null };
    }
}
