using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace DeltaTools.Cmdlets;

/// <summary>Reads a stream on the thread pool, a bounded number of items ahead of its consumer.</summary>
internal static class Ahead
{
    /// <param name="source">Read to its end, or until the consumer stops.</param>
    /// <param name="items">How many items may wait; with large batches keep it small.</param>
    /// <param name="cancel">Stops both sides.</param>
    public static async IAsyncEnumerable<T> Of<T>(
        IAsyncEnumerable<T> source, int items, [EnumeratorCancellation] CancellationToken cancel)
    {
        Channel<T> channel = Channel.CreateBounded<T>(new BoundedChannelOptions(items) { SingleReader = true, SingleWriter = true });
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task reading = Task.Run(() => ReadAsync(source, channel.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (T item in channel.Reader.ReadAllAsync(cancel)) yield return item;
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    /// <summary>Never fails itself: what goes wrong reaches the consumer through the channel.</summary>
    private static async Task ReadAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> writer, CancellationToken cancel)
    {
        try
        {
            await foreach (T item in source.WithCancellation(cancel)) await writer.WriteAsync(item, cancel);
            writer.Complete();
        }
        catch (Exception e)
        {
            writer.Complete(e);
        }
    }
}
