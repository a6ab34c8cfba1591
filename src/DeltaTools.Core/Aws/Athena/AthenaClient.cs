namespace DeltaTools.Core.Aws.Athena;

/// <summary>The operations of Athena that queries need, named as in the SDK's <c>AmazonAthenaClient</c>.</summary>
/// <remarks>For the errors see <see cref="AwsJsonClient.SendAsync{TResponse}"/>.</remarks>
internal sealed class AthenaClient(AwsSettings settings, AwsHttpOptions? options = null) : IDisposable
{
    private readonly AwsJsonClient _client = new(AwsService.Athena, settings, options);

    public Task<StartQueryExecutionResponse> StartQueryExecutionAsync(StartQueryExecutionRequest request, CancellationToken cancel) =>
        _client.SendAsync<StartQueryExecutionResponse>("StartQueryExecution", request, request.WorkGroup is { } group ? $"work group {group}" : null, cancel);

    public Task<GetQueryExecutionResponse> GetQueryExecutionAsync(GetQueryExecutionRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetQueryExecutionResponse>("GetQueryExecution", request, $"query {request.QueryExecutionId}", cancel);

    public Task<GetQueryResultsResponse> GetQueryResultsAsync(GetQueryResultsRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetQueryResultsResponse>("GetQueryResults", request, $"query {request.QueryExecutionId}", cancel);

    public Task<GetQueryRuntimeStatisticsResponse> GetQueryRuntimeStatisticsAsync(GetQueryRuntimeStatisticsRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetQueryRuntimeStatisticsResponse>("GetQueryRuntimeStatistics", request, $"query {request.QueryExecutionId}", cancel);

    public Task<StopQueryExecutionResponse> StopQueryExecutionAsync(StopQueryExecutionRequest request, CancellationToken cancel) =>
        _client.SendAsync<StopQueryExecutionResponse>("StopQueryExecution", request, $"query {request.QueryExecutionId}", cancel);

    public Task<GetWorkGroupResponse> GetWorkGroupAsync(GetWorkGroupRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetWorkGroupResponse>("GetWorkGroup", request, $"work group {request.WorkGroup}", cancel);

    public Task<ListWorkGroupsResponse> ListWorkGroupsAsync(ListWorkGroupsRequest request, CancellationToken cancel) =>
        _client.SendAsync<ListWorkGroupsResponse>("ListWorkGroups", request, null, cancel);

    /// <inheritdoc cref="AwsJsonClient.Clean"/>
    public string Clean(string text) => _client.Clean(text);

    public void Dispose() => _client.Dispose();
}
