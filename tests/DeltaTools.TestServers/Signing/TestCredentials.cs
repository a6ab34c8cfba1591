namespace DeltaTools.TestServers.Signing;

/// <summary>Keys that a server knows.</summary>
/// <param name="SessionToken">Asked for with temporary keys; null: long-lived keys.</param>
public sealed record TestCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken = null)
{
    /// <summary>Whether their time is over.</summary>
    public bool Expired { get; set; }

    /// <summary>The start of what they may reach in S3, such as <c>bucket/folder/</c>; null: everything.</summary>
    public string? Scope { get; init; }

    /// <summary>What every server knows at its start.</summary>
    public static TestCredentials Default => new("AKIATESTSERVER000001", "test/secret+access0key9of8the7server6test");
}
