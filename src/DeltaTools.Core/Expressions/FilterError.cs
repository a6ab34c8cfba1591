using System.Globalization;

namespace DeltaTools.Core.Expressions;

internal static class FilterError
{
    /// <param name="index">Where in the text; told to the user counted from 1.</param>
    /// <param name="expected">What should stand there.</param>
    public static IcebergException At(string text, int index, string expected)
    {
        const int Around = 30;
        string before = text[Math.Max(0, index - Around)..index], after = text[index..Math.Min(text.Length, index + Around)];
        string place = after.Length == 0 ? $"the end, after «{before}»" : $"«{after}»" + (before.Length == 0 ? "" : $", after «{before}»");
        string position = (index + 1).ToString(CultureInfo.InvariantCulture);
        return new(IcebergErrorKind.InvalidArgument, $"Filter, position {position}: expected {expected}, at {place}.")
        {
            Context = new Dictionary<string, string> { ["position"] = position },
        };
    }
}
