using System.Text;

namespace DeltaTools.Core.Spec.Values;

/// <summary>Shortens strings and binaries to lower and upper bounds of what they were.</summary>
public static class Truncation
{
    /// <summary>The UTF-16 length of the first code points of a text: never between the two halves of one.</summary>
    public static int LengthOf(string text, int codePoints)
    {
        if (text.Length <= codePoints) return text.Length;
        int length = 0;
        for (int n = 0; n < codePoints && length < text.Length; n++) length += char.IsSurrogatePair(text, length) ? 2 : 1;
        return length;
    }

    /// <summary>The greatest text of at most so many code points that is not greater.</summary>
    public static string Lower(string text, int codePoints) => text[..LengthOf(text, codePoints)];

    /// <summary>A text of at most so many code points that is not less: the last code point that can be is raised by one.
    /// Null when there is none, since all are the greatest.</summary>
    public static string? Upper(string text, int codePoints)
    {
        int length = LengthOf(text, codePoints);
        if (length == text.Length) return text;
        while (length > 0)
        {
            length -= length > 1 && char.IsSurrogatePair(text[length - 2], text[length - 1]) ? 2 : 1;
            if (Next(text, length) is { } next) return string.Concat(text.AsSpan(0, length), next.ToString());
        }
        return null;
    }

    public static byte[] Lower(byte[] bytes, int length) => bytes.Length <= length ? bytes : bytes[..length];

    /// <summary>Binaries of at most so many bytes that are not less; null when all bytes are 0xff.</summary>
    public static byte[]? Upper(byte[] bytes, int length)
    {
        if (bytes.Length <= length) return bytes;
        int last = bytes.AsSpan(0, length).LastIndexOfAnyExcept((byte)0xff);
        if (last < 0) return null;
        byte[] upper = bytes[..(last + 1)];
        upper[last]++;
        return upper;
    }

    /// <summary>The code point after the one at the index, leaping over the surrogates; null after the last of all.</summary>
    private static Rune? Next(string text, int index) =>
        !Rune.TryGetRuneAt(text, index, out Rune rune) || rune.Value == 0x10ffff ? null
        : new Rune(rune.Value == 0xd7ff ? 0xe000 : rune.Value + 1);
}
