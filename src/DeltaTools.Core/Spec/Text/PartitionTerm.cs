namespace DeltaTools.Core.Spec.Text;

/// <summary>A partition field as a user asks for it: <c>bucket(16, id)</c>, perhaps with a name of its own.</summary>
/// <param name="Column">Full name of the source column.</param>
/// <param name="Name">The name after <c>as</c>; null takes the default.</param>
public sealed record PartitionTerm(string Column, int SourceId, Transform Transform, string? Name)
{
    /// <summary>The names Java gives in new tables: <c>ts_day</c>, <c>id_bucket</c>, <c>name_trunc</c>, <c>country</c>.</summary>
    public string NameOfNewTable => Name ?? Transform switch
    {
        BucketTransform => $"{Column}_bucket",
        TruncateTransform => $"{Column}_trunc",
        VoidTransform => $"{Column}_null",
        IdentityTransform => Column,
        _ => $"{Column}_{Transform}",
    };

    /// <summary>The names Java gives to fields that are added later: <c>id_bucket_16</c>, <c>name_trunc_4</c>, else the same.</summary>
    public string NameOfAddition => (Name, Transform) switch
    {
        (null, BucketTransform bucket) => $"{Column}_bucket_{bucket.Count}",
        (null, TruncateTransform truncate) => $"{Column}_trunc_{truncate.Width}",
        _ => NameOfNewTable,
    };
}
