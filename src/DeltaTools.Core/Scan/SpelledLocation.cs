namespace DeltaTools.Core.Scan;

/// <summary>A location as a manifest writes it and in the store's one spelling.</summary>
internal readonly struct SpelledLocation
{
    /// <summary>How much of the start the store replaced: the rest is the same in both.</summary>
    private readonly int _replaced;

    public SpelledLocation(string written, string resolved)
    {
        (Written, Resolved) = (written, resolved);
        int same = 0, most = Math.Min(written.Length, resolved.Length);
        if (!ReferenceEquals(written, resolved))
        {
            while (same < most && written[^(same + 1)] == resolved[^(same + 1)]) same++;
            _replaced = written.Length - same;
        }
    }

    public string Written { get; }

    public string Resolved { get; }

    /// <summary>Whether the store replaces the same start by the same text in the other location, so that both are spelled alike.</summary>
    /// <param name="otherResolved">The other location in the store's spelling, or null when the store does not know it.</param>
    public bool IsSpelledLike(string other, string? otherResolved)
    {
        if (otherResolved is null || !other.AsSpan().StartsWith(Written.AsSpan(0, _replaced), StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> replacement = Resolved.AsSpan(0, Resolved.Length - (Written.Length - _replaced));
        return otherResolved.AsSpan().StartsWith(replacement, StringComparison.Ordinal)
            && otherResolved.AsSpan(replacement.Length).SequenceEqual(other.AsSpan(_replaced));
    }
}
