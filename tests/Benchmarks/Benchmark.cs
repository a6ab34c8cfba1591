namespace DeltaTools.Benchmarks;

/// <summary>One line, or a few, of the table of figures.</summary>
internal abstract class Benchmark
{
    /// <summary>What it is called by on the command line.</summary>
    public abstract string Name { get; }

    public abstract Task RunAsync(Workspace workspace, Report report);
}
