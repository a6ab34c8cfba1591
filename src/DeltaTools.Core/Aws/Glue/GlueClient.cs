namespace DeltaTools.Core.Aws.Glue;

/// <summary>The operations of Glue that a catalog needs, named as in the SDK's <c>AmazonGlueClient</c>.</summary>
/// <remarks>For the errors see <see cref="AwsJsonClient.SendAsync{TResponse}"/>.</remarks>
internal sealed class GlueClient(AwsSettings settings, AwsHttpOptions? options = null) : IDisposable
{
    private readonly AwsJsonClient _client = new(AwsService.Glue, settings, options);

    public Task<GetDatabaseResponse> GetDatabaseAsync(GetDatabaseRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetDatabaseResponse>("GetDatabase", request, $"database {request.Name}", cancel);

    public Task<GetDatabasesResponse> GetDatabasesAsync(GetDatabasesRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetDatabasesResponse>("GetDatabases", request, null, cancel);

    public Task<CreateDatabaseResponse> CreateDatabaseAsync(CreateDatabaseRequest request, CancellationToken cancel) =>
        _client.SendAsync<CreateDatabaseResponse>("CreateDatabase", request, $"database {request.DatabaseInput.Name}", cancel);

    public Task<GetTableResponse> GetTableAsync(GetTableRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetTableResponse>("GetTable", request, $"table {request.DatabaseName}.{request.Name}", cancel);

    public Task<GetTablesResponse> GetTablesAsync(GetTablesRequest request, CancellationToken cancel) =>
        _client.SendAsync<GetTablesResponse>("GetTables", request, $"database {request.DatabaseName}", cancel);

    public Task<CreateTableResponse> CreateTableAsync(CreateTableRequest request, CancellationToken cancel) =>
        _client.SendAsync<CreateTableResponse>("CreateTable", request, $"table {request.DatabaseName}.{request.TableInput.Name}", cancel);

    public Task<UpdateTableResponse> UpdateTableAsync(UpdateTableRequest request, CancellationToken cancel) =>
        _client.SendAsync<UpdateTableResponse>("UpdateTable", request, $"table {request.DatabaseName}.{request.TableInput.Name}", cancel);

    public Task<DeleteTableResponse> DeleteTableAsync(DeleteTableRequest request, CancellationToken cancel) =>
        _client.SendAsync<DeleteTableResponse>("DeleteTable", request, $"table {request.DatabaseName}.{request.Name}", cancel);

    public void Dispose() => _client.Dispose();
}
