namespace DeltaTools.Cmdlets;

/// <summary>Addresses of help.</summary>
internal static class Help
{
    /// <summary>Folder of the cmdlets' pages; the name of a cmdlet follows.</summary>
    public const string Root = "https://github.com/deltatools/deltatools/blob/main/docs/";
}
