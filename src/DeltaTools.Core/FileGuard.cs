namespace DeltaTools.Core;

/// <summary>Turns what decoders of files throw into errors that name the file.</summary>
internal static class FileGuard
{
    /// <param name="kind">What the file is, such as <c>Manifest</c>.</param>
    /// <exception cref="IcebergException">Corrupt for <see cref="InvalidDataException"/>, Unsupported for <see cref="NotSupportedException"/>.</exception>
    public static T Read<T>(string kind, string location, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new IcebergException(IcebergErrorKind.Corrupt, $"{kind} {location} is corrupt. {e.Message}", e) { Context = Path(location) };
        }
        catch (NotSupportedException e)
        {
            throw new IcebergException(IcebergErrorKind.Unsupported, $"{kind} {location} cannot be read. {e.Message}", e) { Context = Path(location) };
        }
    }

    private static Dictionary<string, string> Path(string location) => new() { ["path"] = location };
}
