using System.Collections.Concurrent;
using System.Diagnostics;

namespace DeltaTools.Cmdlets.Completion;

/// <summary>Keeps what catalogs answered for a short time, so that repeated tabs are quick.</summary>
internal sealed class CompletionCache
{
    private readonly ConcurrentDictionary<string, (long At, object Value)> _entries = new(StringComparer.OrdinalIgnoreCase);

    public async Task<T> GetAsync<T>(string key, TimeSpan lifetime, Func<Task<T>> load) where T : notnull
    {
        if (_entries.TryGetValue(key, out (long At, object Value) entry) && entry.Value is T cached && Stopwatch.GetElapsedTime(entry.At) < lifetime)
        {
            return cached;
        }
        T value = await load();
        _entries[key] = (Stopwatch.GetTimestamp(), value);
        return value;
    }

    public void Clear() => _entries.Clear();
}
