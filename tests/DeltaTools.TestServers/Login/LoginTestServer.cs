using System.Text.Json.Nodes;
using System.Xml.Linq;
using DeltaTools.TestServers.Signing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace DeltaTools.TestServers.Login;

/// <summary>AWS STS and IAM Identity Center (SSO), as far as logins need them: lends keys for a role to who may have it.</summary>
/// <param name="lent">The keys of the role.</param>
public sealed class LoginTestServer(TestCredentials lent) : TestServer
{
    private static readonly XNamespace s_sts = "https://sts.amazonaws.com/doc/2011-06-15/";

    /// <summary>The role's name.</summary>
    public const string Role = "arn:aws:iam::123456789012:role/deltas";

    /// <summary>Who may assume the role by a signed request.</summary>
    public TestCredentials? User { get; init; }

    /// <summary>What a web identity or an SSO login shows.</summary>
    public string? Ticket { get; init; }

    public static async Task<LoginTestServer> StartAsync(TestCredentials lent, TestCredentials? user, string? ticket)
    {
        var server = new LoginTestServer(lent) { User = user, Ticket = ticket };
        await server.ListenAsync();
        return server;
    }

    protected override (string Operation, string Resource) Identify(HttpRequest request, ReadOnlySpan<byte> body) => request.Path == "/federation/credentials"
        ? ("GetRoleCredentials", request.Query["role_name"].ToString()) : (Form(body).GetValueOrDefault("Action") ?? "", Form(body).GetValueOrDefault("RoleArn") ?? "");

    protected override async Task HandleAsync(HttpContext http, RecordedRequest request)
    {
        switch (request.Operation)
        {
            case "AssumeRole":
                if (User is null || !request.Headers.GetValueOrDefault("authorization", "").Contains($"Credential={User.AccessKeyId}/", StringComparison.Ordinal)) throw Denied();
                await WriteKeysAsync(http, request);
                break;
            case "AssumeRoleWithWebIdentity":
                if (Form(request.Body.Span).GetValueOrDefault("WebIdentityToken") != Ticket) throw Denied();
                await WriteKeysAsync(http, request);
                break;
            case "GetRoleCredentials":
                if (request.Headers.GetValueOrDefault("x-amz-sso_bearer_token") != Ticket) throw Denied();
                await http.Response.WriteAsync(new JsonObject
                {
                    ["roleCredentials"] = new JsonObject
                    {
                        ["accessKeyId"] = lent.AccessKeyId,
                        ["secretAccessKey"] = lent.SecretAccessKey,
                        ["sessionToken"] = lent.SessionToken,
                        ["expiration"] = Now.AddHours(1).ToUnixTimeMilliseconds(),
                    },
                }.ToJsonString());
                break;
            default:
                throw new ServiceErrorException(400, "InvalidAction", request.Operation);
        }
    }

    protected override Task WriteErrorAsync(HttpContext http, ServiceError error) => http.Response.WriteAsync(new XElement(
        s_sts + "ErrorResponse", new XElement(s_sts + "Error", new XElement(s_sts + "Code", error.Code), new XElement(s_sts + "Message", error.Message))).ToString());

    private Task WriteKeysAsync(HttpContext http, RecordedRequest request)
    {
        if (request.Resource != Role) throw Denied();
        XElement answer = new(s_sts + $"{request.Operation}Response", new XElement(s_sts + $"{request.Operation}Result",
            new XElement(s_sts + "Credentials", new XElement(s_sts + "AccessKeyId", lent.AccessKeyId), new XElement(s_sts + "SecretAccessKey", lent.SecretAccessKey),
                new XElement(s_sts + "SessionToken", lent.SessionToken), new XElement(s_sts + "Expiration", Now.AddHours(1).UtcDateTime)),
            new XElement(s_sts + "AssumedRoleUser", new XElement(s_sts + "Arn", Role), new XElement(s_sts + "AssumedRoleId", "AROA:deltas"))));
        return http.Response.WriteAsync(answer.ToString());
    }

    private static Dictionary<string, string> Form(ReadOnlySpan<byte> body) =>
        QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(body)).ToDictionary(p => p.Key, p => p.Value.ToString());

    private static ServiceErrorException Denied() => new(403, "AccessDenied", "not authorized");
}
