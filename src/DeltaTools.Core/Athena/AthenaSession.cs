using System.Diagnostics;
using DeltaTools.Core.Aws;
using DeltaTools.Core.Aws.Athena;

namespace DeltaTools.Core.Athena;

/// <summary>Runs statements on Athena: starts them, waits, stops them when cancelled, and sums up what they took. May be used by several calls at once.</summary>
public sealed class AthenaSession : IDisposable
{
    private const int ScanMinimum = 10 << 20;
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(15);

    private readonly AthenaClient _client;
    private readonly Lock _lock = new();
    private Task<AthenaWorkGroupRules>? _rules;
    private AthenaStatistics _total = AthenaStatistics.None;

    public AthenaSession(AwsSettings settings, AthenaOptions options) : this(settings, options, null)
    {
    }

    internal AthenaSession(AwsSettings settings, AthenaOptions options, AwsHttpOptions? http)
    {
        Options = options;
        _client = new AthenaClient(settings, http);
    }

    public AthenaOptions Options { get; }

    /// <summary>Told about each query, for a log. Never about credentials.</summary>
    public Action<string> Log { get; init; } = _ => { };

    /// <summary>Told each time a query is looked at.</summary>
    public Action<AthenaProgress> Progress { get; init; } = _ => { };

    /// <summary>What all queries so far took.</summary>
    public AthenaStatistics Total
    {
        get
        {
            lock (_lock) return _total;
        }
    }

    /// <summary>Runs a statement to its end.</summary>
    /// <exception cref="IcebergException">
    /// By what went wrong: CommitConflict (another writer was faster), TableNotFound, AccessDenied, InvalidArgument (the SQL), Timeout, QueryFailed.
    /// CommitUnknown: contact was lost, and a statement that changes something may still be running.
    /// </exception>
    /// <exception cref="OperationCanceledException">The query was stopped.</exception>
    public async Task<AthenaExecution> RunAsync(AthenaStatement statement, CancellationToken cancel)
    {
        statement = statement.Sendable();
        AthenaWorkGroupRules rules = await RulesAsync(cancel).ConfigureAwait(false);
        StartQueryExecutionRequest request = new()
        {
            QueryString = statement.Sql,
            // The same for all attempts of this call, so that a lost answer does not start the query twice.
            ClientRequestToken = Guid.NewGuid().ToString("N"),
            QueryExecutionContext = new QueryExecutionContext { Catalog = Options.DataCatalog, Database = statement.Database },
            ResultConfiguration = rules.Output is { } output ? new ResultConfiguration { OutputLocation = output } : null,
            WorkGroup = Options.WorkGroup,
            ExecutionParameters = statement.Parameters.IsEmpty ? null : statement.Parameters,
            ResultReuseConfiguration = statement.ReuseWithin is { } age ? new ResultReuseConfiguration
            {
                ResultReuseByAgeConfiguration = new ResultReuseByAgeConfiguration { Enabled = true, MaxAgeInMinutes = (int)Math.Clamp(age.TotalMinutes, 0, 10_080) },
            }
            : null,
        };
        string id = await StartAsync(request, cancel).ConfigureAwait(false);
        QueryExecution done = await WaitAsync(id, statement, cancel).ConfigureAwait(false);
        AthenaStatistics statistics = Statistics(id, done);
        lock (_lock) _total = _total.Add(statistics);
        Log(FormattableString.Invariant(
            $"Athena query {id} ({statement.Purpose}): {done.Status?.State}, {statistics.BytesScanned} bytes scanned, {statistics.EngineTime.TotalSeconds:0.0} s engine, {statistics.QueueTime.TotalSeconds:0.0} s queue, about {statistics.EstimatedCost:0.0000} USD"));
        return done.Status?.State switch
        {
            "SUCCEEDED" => new AthenaExecution(_client, id, Options.PageSize, done, statistics),
            "CANCELLED" => throw new IcebergException(IcebergErrorKind.QueryFailed, $"Athena's {statement.Purpose} was stopped by somebody (query {id}).")
            {
                Context = new Dictionary<string, string> { [AthenaErrors.Query] = id },
            },
            _ => throw AthenaErrors.Of(id, statement.Purpose, done.Status, _client.Clean),
        };
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Once the request is on its way, the query may run; so a cancel waits for its id, to stop it.</summary>
    private async Task<string> StartAsync(StartQueryExecutionRequest request, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Task<StartQueryExecutionResponse> start = _client.StartQueryExecutionAsync(request, CancellationToken.None);
        try
        {
            StartQueryExecutionResponse started = await start.WaitAsync(cancel).ConfigureAwait(false);
            return started.QueryExecutionId ?? throw new IcebergException(IcebergErrorKind.StorageFailed, "Athena started a query and gave no id for it.");
        }
        catch (OperationCanceledException)
        {
            try
            {
                StartQueryExecutionResponse started = await start.WaitAsync(s_stopPatience, CancellationToken.None).ConfigureAwait(false);
                if (started.QueryExecutionId is { } id) await StopAsync(id).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IcebergException or TimeoutException)
            {
                Log($"A query was being started on Athena; it is not known whether it runs: {e.Message}");
            }
            throw;
        }
    }

    private async Task<QueryExecution> WaitAsync(string id, AthenaStatement statement, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (statement.Timeout is { } timeout) limit.CancelAfter(timeout);
        try
        {
            return await PollAsync(id, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            QueryExecution? last = await StopAsync(id).ConfigureAwait(false);
            // The end may have come just before the stop.
            if (last?.Status?.State == "SUCCEEDED" && !cancel.IsCancellationRequested) return last;
            cancel.ThrowIfCancellationRequested();
            throw new IcebergException(IcebergErrorKind.Timeout,
                FormattableString.Invariant($"Athena's {statement.Purpose} took longer than {statement.Timeout!.Value.TotalSeconds:0} s and was stopped (query {id})."))
            {
                Context = new Dictionary<string, string> { [AthenaErrors.Query] = id },
            };
        }
        catch (IcebergException e)
        {
            // Nobody watches it any more; whether it ends well is not known, which matters when it changes something.
            await StopAsync(id).ConfigureAwait(false);
            if (AthenaStatement.OnlyReads(statement.Sql)) throw;
            throw new IcebergException(IcebergErrorKind.CommitUnknown,
                $"Contact to Athena was lost during the {statement.Purpose}: {e.Message} Look in Athena how query {id} ended.", e)
            {
                Context = new Dictionary<string, string> { [AthenaErrors.Query] = id },
            };
        }
    }

    private async Task<QueryExecution> PollAsync(string id, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan wait = Options.FirstPoll;
        while (true)
        {
            await Task.Delay(wait, cancel).ConfigureAwait(false);
            QueryExecution execution = await GetAsync(id, cancel).ConfigureAwait(false);
            string state = execution.Status?.State ?? "";
            Progress(new AthenaProgress(id, state, execution.Statistics?.DataScannedInBytes ?? 0, Stopwatch.GetElapsedTime(start)));
            if (state is "SUCCEEDED" or "FAILED" or "CANCELLED") return execution;
            wait = wait * 1.5 < Options.LongestPoll ? wait * 1.5 : Options.LongestPoll;
        }
    }

    /// <summary>Stops a query and waits a while for its end.</summary>
    /// <returns>Its last known state; null when nothing could be learned.</returns>
    private async Task<QueryExecution?> StopAsync(string id)
    {
        using var patience = new CancellationTokenSource(s_stopPatience);
        try
        {
            await _client.StopQueryExecutionAsync(new StopQueryExecutionRequest { QueryExecutionId = id }, patience.Token).ConfigureAwait(false);
            Log($"Athena query {id} is being stopped.");
            return await PollAsync(id, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IcebergException)
        {
            Log($"Athena query {id} could not be stopped: {e.Message}");
            return null;
        }
    }

    private async Task<QueryExecution> GetAsync(string id, CancellationToken cancel) =>
        (await _client.GetQueryExecutionAsync(new GetQueryExecutionRequest { QueryExecutionId = id }, cancel).ConfigureAwait(false)).QueryExecution
            ?? throw new IcebergException(IcebergErrorKind.StorageFailed, $"Athena tells nothing about query {id}.");

    /// <summary>Asked once; again when the asking failed.</summary>
    private Task<AthenaWorkGroupRules> RulesAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_rules is null || _rules.IsFaulted || _rules.IsCanceled) _rules = AthenaWorkGroupRules.LoadAsync(_client, Options, Log, cancel);
            return _rules;
        }
    }

    private AthenaStatistics Statistics(string id, QueryExecution execution)
    {
        QueryExecutionStatistics? s = execution.Statistics;
        long bytes = s?.DataScannedInBytes ?? 0;
        bool reused = s?.ResultReuseInformation?.ReusedPreviousResult ?? false;
        decimal billed = reused || bytes == 0 ? 0 : Math.Max(bytes, ScanMinimum);
        return new(
            [id], bytes, TimeSpan.FromMilliseconds(s?.EngineExecutionTimeInMillis ?? 0), TimeSpan.FromMilliseconds(s?.QueryQueueTimeInMillis ?? 0),
            billed / (1L << 40) * Options.PricePerTerabyte, reused);
    }
}
