namespace DeltaTools.Cmdlets.Arguments;

/// <summary>What delivered files hold.</summary>
public enum ImportMode
{
    /// <summary>Changes.</summary>
    Delta,

    /// <summary>Every row there is.</summary>
    FullExtract,
}
