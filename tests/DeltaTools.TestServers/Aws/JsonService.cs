using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Aws;

/// <summary>A service that speaks JSON 1.1, behind <see cref="AwsServer"/>, which has checked the request by the service's model.</summary>
public abstract class JsonService(string modelFile) : IAsyncDisposable
{
    public ServiceModel Model { get; } = ServiceModel.Load(modelFile);

    /// <summary>The error code of a request that the model does not allow.</summary>
    public abstract string InvalidCode { get; }

    /// <exception cref="ServiceErrorException">As the service refuses.</exception>
    public abstract Task<JsonObject> AnswerAsync(string operation, JsonObject input, CancellationToken cancel);

    /// <summary>What the request is about, for faults: <c>hr.employee</c>.</summary>
    public abstract string ResourceOf(string operation, JsonObject input);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
