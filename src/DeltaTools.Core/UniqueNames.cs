namespace DeltaTools.Core;

/// <summary>Tells names apart for those who do not heed case, such as objects of PowerShell and the engine.</summary>
public static class UniqueNames
{
    /// <summary>The names, each as it is unless it comes again: then with a number, <c>name_2</c>.</summary>
    /// <param name="taken">Names that come before.</param>
    public static string[] Of(IEnumerable<string> names, IEnumerable<string> taken)
    {
        HashSet<string> all = new(taken, StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(wanted =>
        {
            string name = wanted;
            for (int n = 2; !all.Add(name); n++) name = FormattableString.Invariant($"{wanted}_{n}");
            return name;
        })];
    }
}
