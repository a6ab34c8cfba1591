using System.Globalization;
using DeltaTools.TestServers.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DeltaTools.TestServers;

/// <summary>A service on a free port of this machine that records what it is asked, and fails where a test wants it to.</summary>
/// <remarks>A service derives from this class, answers in <see cref="HandleAsync"/> and says how it words errors.</remarks>
public abstract class TestServer : IAsyncDisposable
{
    private WebApplication? _host;

    /// <summary>Where it listens: <c>http://127.0.0.1:port</c>, without a slash at its end.</summary>
    public string Url { get; private set; } = "";

    /// <summary>All requests so far, in the order in which they came in.</summary>
    public RequestLog Log { get; } = new();

    /// <summary>What goes wrong next.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>How far the server's clock is ahead of this machine's.</summary>
    public TimeSpan ClockOffset { get; set; }

    public DateTimeOffset Now => DateTimeOffset.UtcNow + ClockOffset;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_host is not null) await _host.DisposeAsync();
    }

    protected async Task ListenAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
        });
        builder.Logging.ClearProviders();
        _host = builder.Build();
        _host.Run(AnswerAsync);
        await _host.StartAsync();
        Url = _host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    /// <summary>What the request asks for, such as <c>PutObject</c>, and of which thing, such as a key; for the log and the faults.</summary>
    /// <param name="body">Empty while it has not been read.</param>
    protected abstract (string Operation, string Resource) Identify(HttpRequest request, ReadOnlySpan<byte> body);

    /// <summary>Answers.</summary>
    /// <exception cref="ServiceErrorException">The error that <see cref="WriteErrorAsync"/> is to word.</exception>
    protected abstract Task HandleAsync(HttpContext http, RecordedRequest request);

    protected abstract Task WriteErrorAsync(HttpContext http, ServiceError error);

    /// <summary>How this service tells of an injected error.</summary>
    protected virtual ServiceError ErrorFor(FaultKind kind) => kind switch
    {
        FaultKind.SlowDown => new(503, "SlowDown", "Please reduce your request rate."),
        FaultKind.Throttled => new(400, "ThrottlingException", "Rate exceeded."),
        FaultKind.Conflict => new(409, "ConcurrentModificationException", "Two processes are trying to modify a resource simultaneously."),
        FaultKind.ExpiredToken => new(400, "ExpiredTokenException", "The security token included in the request is expired."),
        _ => new(500, "InternalError", "We encountered an internal error. Please try again."),
    };

    private async Task AnswerAsync(HttpContext http)
    {
        (string operation, string resource) = Identify(http.Request, []);
        if (ClockOffset != TimeSpan.Zero) http.Response.Headers.Date = Now.ToString("R", CultureInfo.InvariantCulture);
        if (Faults.Take(operation, resource, bodyIsRead: false) is not null)
        {
            await ReadHalfAsync(http);
            Log.Add(RecordedRequest.Of(http.Request, operation, resource, []));
            http.Abort();
            return;
        }
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, http.RequestAborted);
        byte[] body = content.ToArray();
        (operation, resource) = Identify(http.Request, body);
        RecordedRequest request = RecordedRequest.Of(http.Request, operation, resource, body);
        Log.Add(request);
        // Noted before the client can see it.
        http.Response.OnStarting(() =>
        {
            request.Status = http.Response.StatusCode;
            return Task.CompletedTask;
        });
        Fault? fault = Faults.Take(operation, resource, bodyIsRead: true);
        if (fault is { Delay: { Ticks: > 0 } delay }) await Task.Delay(delay, http.RequestAborted);
        switch (fault?.Kind ?? FaultKind.Delay)
        {
            case FaultKind.Delay:
                await HandleOrRefuseAsync(http, request);
                break;
            case FaultKind.Reset:
                http.Abort();
                break;
            case FaultKind.ResetInResponse:
                await HandleHalfAsync(http, request);
                break;
            case FaultKind.LostResponse:
                await HandleUnseenAsync(http, request);
                http.Abort();
                break;
            case FaultKind.ErrorAfterSuccess:
                await HandleUnseenAsync(http, request);
                http.Response.Clear();
                await RefuseAsync(http, request, ErrorFor(FaultKind.InternalError));
                break;
            default:
                await RefuseAsync(http, request, ErrorFor(fault!.Kind));
                break;
        }
    }

    private async Task HandleOrRefuseAsync(HttpContext http, RecordedRequest request)
    {
        try
        {
            await HandleAsync(http, request);
            request.Status = http.Response.StatusCode;
        }
        catch (ServiceErrorException e)
        {
            await RefuseAsync(http, request, e.Error);
        }
    }

    private async Task RefuseAsync(HttpContext http, RecordedRequest request, ServiceError error)
    {
        http.Response.StatusCode = request.Status = error.Status;
        await WriteErrorAsync(http, error);
    }

    /// <summary>Carries the request out, and keeps the answer.</summary>
    private async Task<byte[]> HandleUnseenAsync(HttpContext http, RecordedRequest request)
    {
        Stream wire = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        await HandleOrRefuseAsync(http, request);
        http.Response.Body = wire;
        return answer.ToArray();
    }

    private async Task HandleHalfAsync(HttpContext http, RecordedRequest request)
    {
        byte[] answer = await HandleUnseenAsync(http, request);
        // Without content the head is the whole answer: a client may have it before the connection breaks.
        if (answer.Length < 2)
        {
            http.Abort();
            return;
        }
        http.Response.ContentLength = answer.Length;
        await http.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2), http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        http.Abort();
    }

    private static async Task ReadHalfAsync(HttpContext http)
    {
        long left = (http.Request.ContentLength ?? 0) / 2;
        byte[] buffer = new byte[8192];
        while (left > 0)
        {
            int read = await http.Request.Body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), http.RequestAborted);
            if (read == 0) return;
            left -= read;
        }
    }
}
