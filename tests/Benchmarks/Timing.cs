using System.Diagnostics;

namespace DeltaTools.Benchmarks;

/// <summary>Runs work several times and keeps the times.</summary>
/// <remarks>The least time says what the work costs; the median is what to expect on this machine. Ratios are made of the same kind.</remarks>
internal sealed class Timing
{
    private readonly List<TimeSpan> _times = [];
    private readonly List<TimeSpan> _processor = [];

    public TimeSpan Least => _times.Min();

    public TimeSpan Median => _times.Order().ElementAt(_times.Count / 2);

    /// <summary>Processor time of all threads: what is left of the cost when other programs use the machine too.</summary>
    public TimeSpan Processor => _processor.Min();

    public async Task MeasureAsync(Func<Task> work)
    {
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await work();
        _times.Add(Stopwatch.GetElapsedTime(start));
        _processor.Add(Environment.CpuUsage.TotalTime - processor);
    }

    public static async Task<Timing> OfAsync(int runs, Func<Task> work, Func<Task>? between = null)
    {
        var timing = new Timing();
        for (int i = 0; i <= runs; i++)
        {
            await (i == 0 ? new Timing() : timing).MeasureAsync(work);
            if (between is not null) await between();
        }
        return timing;
    }

    /// <summary>Runs two works in turn, after one warm-up of each, so that noise of the machine meets both.</summary>
    public static async Task<(Timing Bare, Timing Ours)> PairAsync(int runs, Func<Task> bare, Func<Task> ours, Func<Task>? between = null)
    {
        var pair = (Bare: new Timing(), Ours: new Timing());
        for (int i = 0; i <= runs; i++)
        {
            var (b, o) = i == 0 ? (new Timing(), new Timing()) : pair;
            await b.MeasureAsync(bare);
            await o.MeasureAsync(ours);
            if (between is not null) await between();
        }
        return pair;
    }

    public override string ToString() => $"{Report.Seconds(Median)} (least {Report.Seconds(Least)}, processor {Report.Seconds(Processor)})";
}
