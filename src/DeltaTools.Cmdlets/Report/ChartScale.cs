namespace DeltaTools.Cmdlets.Report;

/// <summary>The axis of a chart: from zero to a round number at or above the largest value, in steps that are round too.</summary>
internal readonly record struct ChartScale(double Top, double Step)
{
    private const int MaxSteps = 5;
    private static readonly double[] Round = [1, 2, 5, 10];

    public IEnumerable<double> Ticks
    {
        get
        {
            for (int i = 0; i * Step <= Top * (1 + 1e-9); i++) yield return i * Step;
        }
    }

    /// <param name="largest">The largest value.</param>
    /// <param name="isBytes">Round means 1, 2 or 5 times a power of ten, of KB, MB or GB when the values are bytes.</param>
    public static ChartScale For(double largest, bool isBytes)
    {
        double most = Math.Max(largest, 1), unit = 1;
        if (isBytes) while (most / unit >= 1024) unit *= 1024;
        double power = Math.Pow(10, Math.Floor(Math.Log10(most / unit / MaxSteps)));
        double step = Round.Select(f => f * power * unit).First(s => s * MaxSteps >= most * (1 - 1e-9));
        // Half a row or half a byte is none.
        step = Math.Max(step, 1);
        return new(Math.Ceiling(most / step - 1e-9) * step, step);
    }
}
